#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poetry {

// The results of bench-servers as Markdown: a table for each contest, and one of the aims.
std::string serverTables(const nlohmann::json& results);

}  // namespace poetry
