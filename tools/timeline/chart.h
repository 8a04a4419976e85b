// One recording's lanes above their time axis, and the legend, as SVG fragments.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/timeline/bars.h"
#include "tools/timeline/model.h"

namespace poetry::timeline {

// As wide as a page, its top at zero, its frame left to whoever places it.
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

// The first so many tasks are drawn.
std::size_t countDrawnTasks(const Recording& recording);

}  // namespace poetry::timeline
