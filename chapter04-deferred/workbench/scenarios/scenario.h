#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

// Scenarios: JSON documents that list what to do with some Deferreds, and the logs of what happened
// then. Two implementations of Deferred are alike if their logs are. The chapter's README says
// more.

namespace poetry {

// A document that is not a scenario.
struct MalformedScenario : std::runtime_error {
  MalformedScenario(std::string where, const std::string& why)
      : std::runtime_error(why), place(std::move(where)) {}

  std::string place;  // a JSON pointer: "/steps/2/on"
};

// A text that is not JSON. what() says at which line and column.
struct MalformedJson : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws MalformedScenario unless `scenario` is one: all fields there and of the right types, names
// and behaviours known. Does not check whether it makes sense.
void checkScenario(const nlohmann::json& scenario);

// Does what a scenario that was checked says, with real Deferreds. Returns its log:
// {"log": [...], "unhandled": [...]}, on one line. Throws MalformedScenario if it uses a name too
// early.
std::string runScenario(const nlohmann::json& scenario);

enum class LogLayout { kOneLine, kIndented };

// All of it: reads a scenario, checks it, runs it, and returns its log. Throws MalformedJson as
// well.
std::string playScenario(const std::string& text, LogLayout layout);

// The line, counted from 1, on which the value begins or ends that `place` points to, in a text
// that is JSON.
int lineOf(const std::string& text, const std::string& place);

}  // namespace poetry
