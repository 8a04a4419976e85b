#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace poetry {

// Both of at least one value. The summary is the median, the least and the most.
double median(std::vector<double> values);
nlohmann::json summary(std::vector<double> values);

}  // namespace poetry
