// A lane: name left, bars on the time axis, ending right after the last bar. Every kind of time has
// a colour and a pattern, so that print and colour-blind eyes tell them apart.

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/timeline/page.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

constexpr double kGap = 8;  // between words and drawing
constexpr std::string_view kFailedInk = "#b00020";
// Words may lie on grid lines: a white rim keeps them readable.
constexpr std::string_view kRim = R"(paint-order="stroke" stroke="#fff" stroke-width="4")";

// Back to front: a short connect must not vanish under the wait that follows it.
constexpr std::array kDrawingOrder{SpanKind::kWaiting, SpanKind::kConnecting, SpanKind::kOther,
                                   SpanKind::kHandling};

// As short as it can be: bars are most of what a page weighs.
std::string number(double pixels) {
  return fmt::format("{}", std::round(pixels * 10) / 10);
}

// All bars of a kind are one path.
void addBars(std::string& svg, const std::vector<Bar>& bars, const Row& row) {
  for (const SpanKind kind : kDrawingOrder) {
    std::string path;
    for (const Bar& bar : bars) {
      if (bar.kind != kind) continue;
      const double height = bar.height * row.bar;
      add(path, "M{} {}h{}v{}h-{}z", number(bar.x), number(row.barTop() + row.bar - height),
          number(bar.width), number(height), number(bar.width));
    }
    if (!path.empty()) add(svg, "<path fill=\"{}\" d=\"{}\"/>\n", kFills[indexOf(kind)], path);
  }
}

void addText(std::string& svg, std::string_view text, std::string_view tooltip, double x,
             const Row& row, std::string_view attributes) {
  add(svg, "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" {}>{}", x, row.baseline(),
      row.textSize, attributes, escapeXml(text));
  if (!tooltip.empty() && tooltip != text) add(svg, "<title>{}</title>", escapeXml(tooltip));
  svg += "</text>\n";
}

void addName(std::string& svg, const DrawnLane& drawn, const Row& row) {
  const std::string& name = drawn.lane->name;
  addText(svg, fitText(name, row.textSize, kPlotLeft - kGap), name, kPlotLeft - kGap, row,
          drawn.isLoop ? R"(text-anchor="end" font-weight="bold")" : R"(text-anchor="end")");
}

// The call comes first in a reason, and the cause last: the cause is what must stay readable.
std::string failureText(const std::string& reason, double textSize, double width) {
  const std::size_t colon = reason.rfind(": ");
  const std::string cause = colon == std::string::npos ? reason : reason.substr(colon + 2);
  for (const std::string& text : {"failed: " + reason, "failed: " + cause})
    if (textWidth(text, textSize) <= width) return text;
  return fitText(cause, textSize, width);
}

void addFailure(std::string& svg, const Lane& lane, double x, const Row& row) {
  const double arm = row.bar * 0.5;
  add(svg, R"(<path stroke="{}" stroke-width="2.2" d="M{:.1f} {:.1f}l{:.1f} {:.1f})", kFailedInk, x,
      row.middle() - arm / 2, arm, arm);
  add(svg, "m0-{0:.1f}l-{0:.1f} {0:.1f}\"/>\n", arm);
  const double left = x + arm + 5;
  addText(svg, failureText(lane.reason, row.textSize, kPageWidth - left),
          fmt::format("failed after {} s: {}", formatSeconds(lane.delay()), lane.reason), left, row,
          fmt::format(R"(fill="{}" {})", kFailedInk, kRim));
}

void addCutShort(std::string& svg, double x, const Row& row) {
  add(svg,
      R"(<path stroke="{}" stroke-width="1.5" stroke-dasharray="2 2" d="M{:.1f} {:.1f}v{:.1f}"/>)",
      kInk, x, row.barTop() - 2, row.bar + 4);
  addText(svg, "cut short", "", x + kGap, row, fmt::format(R"(font-style="italic" {})", kRim));
}

void addDone(std::string& svg, const Lane& lane, double x, const Row& row) {
  std::string text = fmt::format("{} s", formatSeconds(lane.delay()));
  if (lane.bytes) text = fmt::format("{}, {}", formatCount(*lane.bytes, "byte"), text);
  addText(svg, fitText(text, row.textSize, kPageWidth - x - kGap), text, x + kGap, row, kRim);
}

void addEnding(std::string& svg, const Lane& lane, const Scale& scale, const Row& row) {
  const double x = scale.x(lane.end);
  if (lane.ending == Ending::kDone) return addDone(svg, lane, x, row);
  if (lane.ending == Ending::kFailed) return addFailure(svg, lane, x + kGap, row);
  if (lane.ending == Ending::kCutShort) return addCutShort(svg, x, row);
  addText(svg, "never started", "", x + kGap, row, R"(font-style="italic")");
}

// Invisible, over the drawing, and wide enough for the pointer to find.
void addTooltip(std::string& svg, double x, double width, const Row& row, std::string_view text) {
  add(svg, "<path d=\"M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z\"><title>{}</title></path>\n", x,
      row.barTop(), width, row.bar, width, escapeXml(text));
}

}  // namespace

void addLane(std::string& svg, const DrawnLane& drawn, const Scale& scale, const Row& row) {
  const Lane& lane = *drawn.lane;
  addName(svg, drawn, row);
  if (lane.ending != Ending::kNeverStarted)
    add(svg, "<path stroke=\"{}\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", kAxisInk, scale.x(lane.begin),
        row.middle(), scale.x(lane.end));
  addBars(svg, drawn.bars, row);
  const bool loopJustStops = drawn.isLoop && lane.ending == Ending::kDone;
  if (!loopJustStops) addEnding(svg, lane, scale, row);
}

void addTooltips(std::string& svg, const Recording& recording, const Lane& lane, const Scale& scale,
                 const Row& row) {
  svg += "<g fill-opacity=\"0\">\n";
  for (const Span& span : lane.spans) {
    if (span.kind != SpanKind::kOther) continue;
    const double seconds = span.end - span.begin;
    addTooltip(svg, scale.x(span.begin), std::max(seconds * scale.pixelsPerSecond, kTickWidth), row,
               fmt::format("{}, {} s", recording.names[span.name], formatSeconds(seconds)));
  }
  for (const Mark& mark : lane.marks) {
    std::string what = recording.names[mark.name];
    if (mark.bytes) what += fmt::format(" {}", formatCount(*mark.bytes, "byte"));
    addTooltip(svg, scale.x(mark.at) - kTickWidth / 2, 2 * kTickWidth, row,
               fmt::format("{} at {:.3f} s", what, mark.at));
  }
  svg += "</g>\n";
}

}  // namespace poetry::timeline
