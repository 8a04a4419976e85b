#pragma once

#include <filesystem>

#include "complaint.h"
#include "markdown.h"

namespace poetry::readme {

// Every relative link and image points at a file or folder. `folder`: the README's own.
Complaints checkLinks(const Markdown& readme, const std::filesystem::path& folder);

}  // namespace poetry::readme
