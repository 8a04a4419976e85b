#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tools/timeline/page.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

constexpr double kAxisHeight = 24;
constexpr double kTextSize = 13;
constexpr double kLabelRoom = 46;  // between the middles of two labels on the axis
constexpr std::size_t kMaxTasks = 40;
constexpr std::size_t kMaxTooltips = 1000;  // they are most of a file's size
constexpr std::size_t kFewLanes = 12;       // more are drawn lower
constexpr std::string_view kQuietInk = "#52606d";
constexpr std::string_view kGridInk = "#dde3e9";

std::vector<DrawnLane> lanesOf(const Recording& recording, const Scale& scale) {
  std::vector<DrawnLane> lanes;
  if (recording.loop) lanes.push_back(barsOf(*recording.loop, scale, true));
  for (std::size_t i = 0; i < countDrawnTasks(recording); ++i)
    lanes.push_back(barsOf(recording.tasks[i], scale));
  return lanes;
}

bool hasRoomForTooltips(const std::vector<DrawnLane>& lanes) {
  std::size_t tooltips = 0;
  for (const DrawnLane& drawn : lanes) {
    if (drawn.merged) continue;
    tooltips += drawn.lane->marks.size();
    for (const Span& span : drawn.lane->spans) tooltips += span.kind == SpanKind::kOther ? 1 : 0;
  }
  return tooltips <= kMaxTooltips;
}

// A tenth of the plot, rounded up to 1, 2 or 5 times a power of ten.
double tickStep(double seconds) {
  const double least = seconds / 10;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least) return factor * power;
  return 10 * power;
}

// Lies behind the lanes, from the top down to bottom, with a heavy mark where the run ends.
void addAxis(std::string& svg, const Recording& recording, const Scale& scale, double bottom) {
  const double step = tickStep((kPlotRight - kPlotLeft) / scale.pixelsPerSecond);
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  const double end = scale.x(recording.seconds);
  const double baseline = bottom + 17;
  std::string grid;
  std::string labels;
  for (int i = 0; scale.x(i * step) < kPlotRight + 0.5; ++i) {
    const double x = scale.x(i * step);
    add(grid, "M{:.1f} 0V{:.1f}", x, bottom + 4);
    if (std::abs(x - end) > kLabelRoom)
      add(labels, "<text x=\"{:.1f}\" y=\"{:.1f}\">{:.{}f} s</text>\n", x, baseline, i * step,
          digits);
  }
  add(svg, "<path stroke=\"{}\" d=\"{}\"/>\n", kGridInk, grid);
  add(svg, "<path stroke=\"{}\" d=\"M{} {:.1f}H{}\"/>\n", kAxisInk, kPlotLeft, bottom, kPlotRight);
  add(svg, "<path stroke=\"{}\" stroke-width=\"2\" d=\"M{:.1f} {:.1f}v8\"/>\n", kInk, end,
      bottom - 3);
  add(svg, "<g font-size=\"{}\" fill=\"{}\" text-anchor=\"middle\">\n{}", kTextSize, kQuietInk,
      labels);
  add(svg, "<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\" fill=\"{}\">{} s</text></g>\n",
      end, baseline, kInk, formatSeconds(recording.seconds));
}

bool anyMerged(const std::vector<Recording>& recordings, const Scale& scale) {
  for (const Recording& recording : recordings)
    for (const DrawnLane& drawn : lanesOf(recording, scale))
      if (drawn.merged) return true;
  return false;
}

// The names of the spans that share the neutral pattern, each once.
std::string otherNames(const std::vector<Recording>& recordings) {
  std::vector<std::string> names;
  const auto note = [&](const Recording& recording, const Lane& lane) {
    for (const Span& span : lane.spans) {
      const std::string& name = recording.names[span.name];
      const bool isNew = span.kind == SpanKind::kOther && names.size() < 4 &&
                         std::find(names.begin(), names.end(), name) == names.end();
      if (isNew) names.push_back(name);
    }
  };
  for (const Recording& recording : recordings) {
    if (recording.loop) note(recording, *recording.loop);
    for (const Lane& task : recording.tasks) note(recording, task);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// Draws one swatch with its words and returns where the next may begin.
double addSwatch(std::string& svg, double x, SpanKind kind, std::string_view words,
                 double width = 26) {
  const double left = x + width + 6;
  add(svg, "<rect x=\"{:.1f}\" y=\"2\" width=\"{:.1f}\" height=\"14\" fill=\"{}\"/>\n", x, width,
      kFills[indexOf(kind)]);
  add(svg, "<text x=\"{:.1f}\" y=\"13.5\" font-size=\"{}\">{}</text>\n", left, kTextSize,
      escapeXml(words));
  return left + textWidth(words, kTextSize) + 18;
}

}  // namespace

std::string patternDefinitions() {
  return R"svg(<defs>
<pattern id="timeline-connecting" width="4" height="4" patternUnits="userSpaceOnUse">
<rect width="4" height="4" fill="#fdf0dc"/><circle cx="2" cy="2" r="1.1" fill="#b45f06"/></pattern>
<pattern id="timeline-waiting" width="5" height="5" patternUnits="userSpaceOnUse" )svg"
         R"svg(patternTransform="rotate(45)">
<rect width="5" height="5" fill="#eaf0f6"/>
<path d="M0 0V5" stroke="#94afc9" stroke-width="2"/></pattern>
<pattern id="timeline-other" width="4" height="4" patternUnits="userSpaceOnUse">
<rect width="4" height="4" fill="#efefef"/><path d="M0 1H4" stroke="#8c8c8c"/></pattern>
</defs>
)svg";
}

Scale sharedScale(const std::vector<Recording>& recordings) {
  double longest = 0;
  for (const Recording& recording : recordings) longest = std::max(longest, recording.seconds);
  return {kPlotLeft, (kPlotRight - kPlotLeft) / (longest > 0 ? longest : 1)};
}

std::size_t countDrawnTasks(const Recording& recording) {
  return std::min(recording.tasks.size(), kMaxTasks);
}

Fragment drawLegend(const std::vector<Recording>& recordings, const Scale& scale) {
  Fragment legend{"", 20};
  double x = addSwatch(legend.svg, 0, SpanKind::kWaiting, "waiting");
  x = addSwatch(legend.svg, x, SpanKind::kHandling, "working");
  x = addSwatch(legend.svg, x, SpanKind::kHandling, "a short piece of work", kTickWidth);
  x = addSwatch(legend.svg, x, SpanKind::kConnecting, "connecting");
  if (const std::string names = otherNames(recordings); !names.empty())
    addSwatch(legend.svg, x, SpanKind::kOther, fitText(names, kTextSize, 220));
  if (anyMerged(recordings, scale)) {
    add(legend.svg, "<text y=\"33.5\" font-size=\"{}\" fill=\"{}\">{}</text>\n", kTextSize,
        kQuietInk,
        "Where ticks would touch, the height of the dark part is the share of time spent working.");
    legend.height = 40;
  }
  return legend;
}

Fragment drawChart(const Recording& recording, const Scale& scale) {
  const std::vector<DrawnLane> lanes = lanesOf(recording, scale);
  const bool tooltips = hasRoomForTooltips(lanes);
  Row row = lanes.size() <= kFewLanes ? Row{4, 25, 16, kTextSize} : Row{4, 14, 9, 10};
  const double bottom = row.top + row.pitch * static_cast<double>(lanes.size()) + 4;

  Fragment chart{"", bottom + kAxisHeight};
  addAxis(chart.svg, recording, scale, bottom);
  for (const DrawnLane& drawn : lanes) {
    addLane(chart.svg, drawn, scale, row);
    if (tooltips && !drawn.merged) addTooltips(chart.svg, recording, *drawn.lane, scale, row);
    row.top += row.pitch;
  }
  return chart;
}

}  // namespace poetry::timeline
