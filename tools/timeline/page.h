// From recordings to SVG: bars.cpp turns spans into bars a pen can draw, lane.cpp draws a task's
// lane, chart.cpp stacks the lanes above an axis, and page.cpp puts the charts on a page.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/timeline/model.h"

namespace poetry::timeline {

inline constexpr double kPageWidth = 900;
inline constexpr double kPlotLeft = 190;   // names stand left of it
inline constexpr double kPlotRight = 740;  // the last ends' words stand right of it
inline constexpr double kTickWidth = 1.2;
inline constexpr std::string_view kInk = "#1f2933";
inline constexpr std::string_view kAxisInk = "#9aa5b1";

template <typename... Args>
void add(std::string& svg, fmt::format_string<Args...> format, Args&&... args) {
  svg += fmt::format(format, std::forward<Args>(args)...);
}

// One for all panels of a page, so that lengths compare.
struct Scale {
  double left = 0;  // pixels, at second zero
  double pixelsPerSecond = 1;

  double x(double seconds) const { return left + seconds * pixelsPerSecond; }
};

struct Bar {
  SpanKind kind = SpanKind::kOther;
  double x = 0;
  double width = 0;
  double height = 1;  // of the lane's
};

struct DrawnLane {
  const Lane* lane = nullptr;  // of a Recording that outlives the drawing
  bool isLoop = false;
  // In drawing order: what lies later in the vector lies on top. Never narrower than visible, and
  // never more than a few hundred, whatever the lane holds.
  std::vector<Bar> bars;
  // There were more ticks than pixels: a handling bar is no longer one span, and its height is the
  // share of the time spent handling.
  bool merged = false;
};

DrawnLane barsOf(const Lane& lane, const Scale& scale, bool isLoop = false);

// Where a lane is drawn.
struct Row {
  double top = 0;
  double pitch = 0;  // from lane to lane
  double bar = 0;    // the height of its bars
  double textSize = 0;

  double middle() const { return top + pitch / 2; }
  double barTop() const { return middle() - bar / 2; }
  double baseline() const { return middle() + textSize * 0.36; }
};

// By kind: a colour, or a pattern of patternDefinitions().
inline constexpr std::array<std::string_view, kSpanKinds> kFills{
    "url(#timeline-connecting)", "url(#timeline-waiting)", "#12304f", "url(#timeline-other)"};

// Its name, bars and ending.
void addLane(std::string& svg, const DrawnLane& drawn, const Scale& scale, const Row& row);

// What the pointer reads on the marks and on the spans that have no colour of their own.
void addTooltips(std::string& svg, const Recording& recording, const Lane& lane, const Scale& scale,
                 const Row& row);

// As wide as a page, its top at zero, without a frame.
struct Fragment {
  std::string svg;
  double height = 0;
};

// The patterns that the fragments fill with; once a document.
std::string patternDefinitions();

// The longest recording fills the plot, and all others are drawn to the same scale.
Scale sharedScale(const std::vector<Recording>& recordings);

Fragment drawLegend(const std::vector<Recording>& recordings, const Scale& scale);
Fragment drawChart(const Recording& recording, const Scale& scale);

std::size_t countDrawnTasks(const Recording& recording);  // the first ones

// One SVG, or HTML with the SVGs inline. Both are self-contained: no script, no font, nothing
// fetched.
std::string svgPage(const std::vector<Recording>& recordings, const std::string& title);
std::string htmlPage(const std::vector<Recording>& recordings, const std::string& title);

}  // namespace poetry::timeline
