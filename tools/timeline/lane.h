// One lane of a chart, as SVG.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "tools/timeline/bars.h"
#include "tools/timeline/model.h"

namespace poetry::timeline {

inline constexpr double kPageWidth = 900;
inline constexpr double kPlotLeft = 190;   // names stand left of it
inline constexpr double kPlotRight = 740;  // the last ends' words stand right of it
inline constexpr double kGap = 8;          // between words and drawing
inline constexpr std::string_view kInk = "#1f2933";

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

struct DrawnLane {
  const Lane* lane = nullptr;  // of a Recording that outlives the drawing
  LaneBars bars;
  bool isLoop = false;
};

template <typename... Args>
void add(std::string& svg, fmt::format_string<Args...> format, Args&&... args) {
  svg += fmt::format(format, std::forward<Args>(args)...);
}

std::string_view fillOf(SpanKind kind);

// Its name, bars and ending.
void addLane(std::string& svg, const DrawnLane& drawn, const Scale& scale, const Row& row);

// What the pointer reads on the marks and on the spans that have no colour of their own.
void addTooltips(std::string& svg, const Recording& recording, const Lane& lane, const Scale& scale,
                 const Row& row);
std::size_t countTooltips(const Lane& lane);

}  // namespace poetry::timeline
