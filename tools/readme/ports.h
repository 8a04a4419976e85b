#pragma once

#include <string>

#include "common/unique_fd.h"

namespace poetry::readme {

// The ports of the READMEs, 10000 to 10009, and ten that are free and stand in for them as long as
// this object lives, so that several tests can run at once, beside whatever else runs here.
class Ports {
 public:
  Ports();
  explicit Ports(int first) : first_(first) {}

  // Replaces the one kind by the other where it is a word of its own.
  std::string toReal(const std::string& text) const;
  std::string toShown(const std::string& text) const;

 private:
  UniqueFd lock_;
  int first_;
};

}  // namespace poetry::readme
