// A lane with room for its ticks keeps every one of them; any other is cut into narrow columns and
// drawn as the share of each.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "tools/timeline/page.h"

namespace poetry::timeline {
namespace {

constexpr double kTickPitch = 4;     // pixels from tick to tick; closer, they look like solid work
constexpr double kPitch = 2;         // pixels of a column, where ticks have no room
constexpr double kLeastGap = 1;      // pixels; a narrower gap between two waits is not seen
constexpr double kTickHeight = 0.6;  // leaves the wait visible that the tick interrupts
constexpr double kLeastTickHeight = 0.12;
constexpr double kWide = 3;          // pixels; wider work is a block, not a tick
constexpr double kHeightSteps = 10;  // coarse, so that neighbours often are alike and join

bool hasRoomForTicks(const Lane& lane, const Scale& scale) {
  const auto ticks = static_cast<double>(std::max(lane.spans.size() / 2, lane.marks.size()));
  const double width = lane.delay() * scale.pixelsPerSecond;
  return ticks <= 8 || ticks * kTickPitch <= width;
}

// Joins a bar to the last if it is of its kind and height and the gap between is too narrow.
void addOrJoin(std::vector<Bar>& bars, const Bar& bar, double leastGap) {
  Bar* last = bars.empty() ? nullptr : &bars.back();
  const bool joins = last != nullptr && last->kind == bar.kind && last->height == bar.height &&
                     bar.x - (last->x + last->width) < leastGap;
  if (!joins) return bars.push_back(bar);
  last->width = std::max(last->x + last->width, bar.x + bar.width) - last->x;
}

// Spans and ticks one by one. A mark without a span around it is a tick as well.
std::vector<Bar> singleBars(const Lane& lane, const Scale& scale) {
  std::vector<Bar> bars;
  std::vector<Bar> ticks;
  for (const Span& span : lane.spans) {
    const double width = (span.end - span.begin) * scale.pixelsPerSecond;
    const Bar bar{span.kind, scale.x(span.begin), std::max(width, kTickWidth), 1};
    if (span.kind != SpanKind::kHandling)
      addOrJoin(bars, bar, kLeastGap);
    else
      ticks.push_back({bar.kind, bar.x, bar.width, width < kWide ? kTickHeight : 1});
  }
  for (const Mark& mark : lane.marks)
    ticks.push_back({SpanKind::kHandling, scale.x(mark.at), kTickWidth, kTickHeight});
  std::sort(ticks.begin(), ticks.end(), [](const Bar& a, const Bar& b) { return a.x < b.x; });
  for (const Bar& tick : ticks) addOrJoin(bars, tick, 0);
  return bars;
}

struct Column {
  std::array<double, kSpanKinds> pixels{};  // of its width, by kind
  bool hasWork = false;
};

// Spreads a lane over columns of kPitch pixels, or a little more, so that they fill it exactly.
class Columns {
 public:
  Columns(const Lane& lane, const Scale& scale) : scale_(scale), left_(scale.x(lane.begin)) {
    const double width = scale.x(lane.end) - left_;
    const double count = std::max(std::floor(width / kPitch), 1.0);
    pitch_ = std::max(width / count, kTickWidth);
    columns_.resize(static_cast<std::size_t>(count));
    for (const Span& span : lane.spans) addSpan(span);
    for (const Mark& mark : lane.marks) columns_[indexAt(mark.at)].hasWork = true;
  }

  std::vector<Bar> bars() const {
    std::vector<Bar> bars;
    for (std::size_t i = 0; i < columns_.size(); ++i) addBackgroundOf(i, bars);
    for (std::size_t i = 0; i < columns_.size(); ++i) addWorkOf(i, bars);
    return bars;
  }

 private:
  std::size_t indexAt(double seconds) const {
    const auto index = static_cast<std::size_t>(std::max(scale_.x(seconds) - left_, 0.0) / pitch_);
    return std::min(index, columns_.size() - 1);
  }

  double leftOf(std::size_t index) const { return left_ + static_cast<double>(index) * pitch_; }

  void addSpan(const Span& span) {
    const double begin = scale_.x(span.begin);
    const double end = scale_.x(span.end);
    for (std::size_t i = indexAt(span.begin); i <= indexAt(span.end); ++i) {
      const double inside = std::min(end, leftOf(i + 1)) - std::max(begin, leftOf(i));
      columns_[i].pixels[indexOf(span.kind)] += std::max(inside, 0.0);
      if (span.kind == SpanKind::kHandling) columns_[i].hasWork = true;
    }
  }

  // The longest of the background kinds stands for the column.
  void addBackgroundOf(std::size_t index, std::vector<Bar>& bars) const {
    const auto& pixels = columns_[index].pixels;
    SpanKind longest = SpanKind::kWaiting;
    for (const SpanKind kind : {SpanKind::kConnecting, SpanKind::kOther})
      if (pixels[indexOf(kind)] > pixels[indexOf(longest)]) longest = kind;
    if (pixels[indexOf(longest)] > 0)
      addOrJoin(bars, {longest, leftOf(index), pitch_, 1}, kLeastGap);
  }

  void addWorkOf(std::size_t index, std::vector<Bar>& bars) const {
    const Column& column = columns_[index];
    if (!column.hasWork) return;
    const double share = column.pixels[indexOf(SpanKind::kHandling)] / pitch_;
    const double rounded = std::round(share * kHeightSteps) / kHeightSteps;
    const double height = std::clamp(rounded, kLeastTickHeight, 1.0);
    addOrJoin(bars, {SpanKind::kHandling, leftOf(index), pitch_, height}, kLeastGap);
  }

  Scale scale_;
  double left_;
  double pitch_ = kPitch;
  std::vector<Column> columns_;
};

}  // namespace

DrawnLane barsOf(const Lane& lane, const Scale& scale, bool isLoop) {
  if (hasRoomForTicks(lane, scale)) return {&lane, isLoop, singleBars(lane, scale), false};
  return {&lane, isLoop, Columns(lane, scale).bars(), true};
}

}  // namespace poetry::timeline
