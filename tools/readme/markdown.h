#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lines.h"

namespace poetry::readme {

// A block between ``` and ```.
struct Fence {
  int line = 0;  // where it opens
  std::string language;
  Lines lines;  // the first of them is at `line` + 1
  Lines notes;  // the comments right above it: "any order" of <!-- any order -->

  // What follows `prefix` in the first note that begins with it.
  std::optional<std::string> note(const std::string& prefix) const;
};

struct Markdown {
  std::vector<Fence> fences;
  std::vector<NumberedLine> prose;  // all lines outside the fences
};

Markdown parseMarkdown(const std::string& text);

// The targets of the links and images in a line of prose, in Markdown's ways and in HTML's. What
// stands in `code` is no link.
Lines linksIn(std::string line);

}  // namespace poetry::readme
