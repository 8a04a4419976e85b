#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "lines.h"

namespace poetry::readme {

inline const std::string kAnyLines = "...";  // as an expected line: any number of lines, also none

// The line as it is compared: without what differs from run to run (times, the clients' ports), and
// with single blanks between its words.
std::string normalise(const std::string& line);
Lines normalise(Lines lines);

// The line without the date that ends the two head lines of a diff.
std::string withoutDiffDate(const std::string& line);

// Where the two part: the index of the first expected line that was not found, or their count if
// more lines than expected came, and of the actual line that stands in its place.
struct Mismatch {
  std::size_t expected;
  std::size_t actual;
};

// Compares line by line; of several ways to lay a `...`, the one that gets furthest counts.
std::optional<Mismatch> compareInOrder(const Lines& expected, const Lines& actual);

// What is left over of each side when equal lines, in whatever order, have been taken away. A `...`
// among the expected lines takes all that is left of the actual ones.
struct Leftovers {
  Lines expected;
  Lines actual;
};
Leftovers compareInAnyOrder(const Lines& expected, const Lines& actual);

// A few lines around the one at `index`, which is marked, for a message.
std::string around(const Lines& lines, std::size_t index);

}  // namespace poetry::readme
