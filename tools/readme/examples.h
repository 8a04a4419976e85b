#pragma once

#include <string>

#include "complaint.h"

namespace poetry::readme {

// What a program's --help shows below the line "Example:", or nothing.
std::string exampleIn(const std::string& help);

// Runs the example that a program's --help shows; `program` is its path from the lab's root.
Complaints checkExample(const std::string& program);

}  // namespace poetry::readme
