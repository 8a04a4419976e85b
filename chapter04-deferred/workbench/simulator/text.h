#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "workbench/simulator/run.h"

namespace poetry::simulator {

constexpr std::size_t kLeastWidth = 30;  // two chains cannot be drawn in less
constexpr std::size_t kMostWidth = 1000;

// The runs as lines of text, at most `width` columns wide: side by side if that is wide enough,
// else one above the other. The paths are heavy lines, and coloured if that is wanted.
std::string drawText(const Script& script, const std::vector<Run>& runs, std::size_t width,
                     bool colours);

}  // namespace poetry::simulator
