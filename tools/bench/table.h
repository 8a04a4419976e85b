#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poetry {

std::string withCommas(long number);  // "10,000"

// "1.004 (1.003–1.006)": a summary's median, its least and its most; nothing for null.
std::string cell(const nlohmann::json& summary, int digits);

// "Measured on ..., 2 cores, ...". `machine` is what describeMachine has said.
std::string measuredOn(const nlohmann::json& machine);

// The results of bench-clients as Markdown, for a README: the machine, a table for each number of
// poems, and one for the memory. `results` are its own JSON.
std::string toMarkdown(const nlohmann::json& results);

// The text that stands in `object` under `key`.
std::string text(const nlohmann::json& object, const char* key);

}  // namespace poetry
