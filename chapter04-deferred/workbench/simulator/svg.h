#pragma once

#include <string>
#include <vector>

#include "workbench/simulator/run.h"

namespace poetry::simulator {

// The runs side by side, as a picture for light and dark pages alike. It needs no other file.
std::string drawSvg(const Script& script, const std::vector<Run>& runs);

}  // namespace poetry::simulator
