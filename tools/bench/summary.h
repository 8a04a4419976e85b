#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace poetry {

// The median, the least and the most of at least one value.
nlohmann::json summary(std::vector<double> values);

}  // namespace poetry
