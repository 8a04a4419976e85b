#include "summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace poetry {

nlohmann::json summary(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const bool odd = values.size() % 2 == 1;
  const double median = odd ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {{"median", median}, {"min", values.front()}, {"max", values.back()}};
}

}  // namespace poetry
