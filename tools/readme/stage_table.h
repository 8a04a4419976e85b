#pragma once

#include <filesystem>
#include <vector>

#include "complaint.h"
#include "markdown.h"

namespace poetry::readme {

// The table | `file` | carried, changed or new | ... | in a chapter's README lists every source of
// the chapter once, and says truly how each came out of the chapters before: `earlier`, the last
// one first. A file is compared with the last of them that has it.
Complaints checkStageTable(const Markdown& readme, const std::filesystem::path& chapter,
                           const std::vector<std::filesystem::path>& earlier);

}  // namespace poetry::readme
