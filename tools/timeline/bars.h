// From a lane's spans to bars a pen can draw: never narrower than visible, never more than a few
// hundred, whatever the lane holds.
#pragma once

#include <vector>

#include "tools/timeline/model.h"

namespace poetry::timeline {

// One for all panels of a page, so that lengths compare.
struct Scale {
  double left = 0;  // pixels, at second zero
  double pixelsPerSecond = 1;

  double x(double seconds) const { return left + seconds * pixelsPerSecond; }
};

inline constexpr double kTickWidth = 1.2;

struct Bar {
  SpanKind kind = SpanKind::kOther;
  double x = 0;
  double width = 0;
  double height = 1;  // of the lane's
};

// In drawing order: what lies later in the vector lies on top.
struct LaneBars {
  std::vector<Bar> bars;
  // There were more ticks than pixels: a handling bar is no longer one span, and its height is the
  // share of the time spent handling.
  bool merged = false;
};

LaneBars barsOf(const Lane& lane, const Scale& scale);

}  // namespace poetry::timeline
