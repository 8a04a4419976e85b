// The page that the timeline writes: one SVG, or HTML with the SVGs inline.
#pragma once

#include <string>
#include <vector>

#include "tools/timeline/model.h"

namespace poetry::timeline {

// Both are self-contained: no script, no font, nothing fetched.
std::string svgPage(const std::vector<Recording>& recordings, const std::string& title);
std::string htmlPage(const std::vector<Recording>& recordings, const std::string& title);

}  // namespace poetry::timeline
