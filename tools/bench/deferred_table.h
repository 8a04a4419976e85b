#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poetry {

// The results of bench-deferred as Markdown.
std::string deferredTable(const nlohmann::json& results);

}  // namespace poetry
