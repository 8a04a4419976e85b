#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poetry {

// The results of bench-reactor as Markdown: a table for each contest, and one of the aims.
std::string reactorTables(const nlohmann::json& results);

}  // namespace poetry
