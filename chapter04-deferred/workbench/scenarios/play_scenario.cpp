#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "workbench/scenarios/scenario.h"

namespace poetry {
namespace {

using nlohmann::json;

// Checking, copying and printing a value takes some stack for each of its levels, so there may not
// be too many. Counting them takes time, too: a short text cannot have that many.
json parse(const std::string& text) {
  static constexpr int kDeepest = 1000;
  if (text.size() <= 2 * kDeepest) return json::parse(text);
  const auto limited = [](int depth, json::parse_event_t, json&) {
    if (depth <= kDeepest) return true;
    throw MalformedScenario("", fmt::format("is nested more than {} levels deep", kDeepest));
  };
  return json::parse(text, limited);
}

}  // namespace

std::string playScenario(const std::string& text, LogLayout layout) {
  try {
    const json scenario = parse(text);
    checkScenario(scenario);
    const std::string log = runScenario(scenario);
    return layout == LogLayout::kOneLine ? log : json::parse(log).dump(1);
  } catch (const json::exception& error) {
    throw MalformedJson(error.what());
  }
}

}  // namespace poetry
