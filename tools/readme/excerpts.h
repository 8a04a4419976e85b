#pragma once

#include <filesystem>

#include "complaint.h"
#include "markdown.h"

namespace poetry::readme {

// What a ```cpp fence shows stands in the file that the comment above it names.
Complaints checkExcerpt(const Fence& fence, const std::filesystem::path& root);

// What a ```diff fence shows stands in the output of diff -u for the two files that the comment
// above it names.
Complaints checkDiff(const Fence& fence, const std::filesystem::path& root);

}  // namespace poetry::readme
