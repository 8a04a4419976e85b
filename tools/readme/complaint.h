#pragma once

#include <string>
#include <vector>

namespace poetry::readme {

// What is wrong with a README, and where. Every check returns these; none means that all is well.
struct Complaint {
  int line;
  std::string text;
};

using Complaints = std::vector<Complaint>;

}  // namespace poetry::readme
