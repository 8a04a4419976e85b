#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace poetry {

// The results as Markdown, for a README: the machine, a table for each number of poems, and one for
// the memory. `results` are the benchmark's own JSON.
std::string toMarkdown(const nlohmann::json& results);

}  // namespace poetry
