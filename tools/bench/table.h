#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace poetry {

std::string withCommas(long number);  // "10,000"

// "Measured on ..., 2 cores, ...". `machine` is what describeMachine has said.
std::string measuredOn(const nlohmann::json& machine);

// The results of bench-clients as Markdown, for a README: the machine, a table for each number of
// poems, and one for the memory. `results` are its own JSON.
std::string toMarkdown(const nlohmann::json& results);

}  // namespace poetry
