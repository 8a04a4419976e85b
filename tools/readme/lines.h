#pragma once

#include <string>
#include <vector>

namespace poetry::readme {

using Lines = std::vector<std::string>;

// A line of a README, counted from 1.
struct NumberedLine {
  int number = 0;
  std::string text;
};

}  // namespace poetry::readme
