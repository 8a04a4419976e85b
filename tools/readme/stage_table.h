#pragma once

#include <filesystem>

#include "complaint.h"
#include "markdown.h"

namespace poetry::readme {

// The table | `file` | carried, changed or new | ... | in a chapter's README lists every source of
// the chapter once, and says truly how each came out of the chapter before.
Complaints checkStageTable(const Markdown& readme, const std::filesystem::path& chapter,
                           const std::filesystem::path& before);

}  // namespace poetry::readme
