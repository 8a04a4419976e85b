#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace poetry::testing {

// The scenario does, while it is played, what section 6 of deferred-scenarios.md rules out: it
// returns or awaits a deferred that is running, has a coroutine resumed by a paused deferred, or is
// not small.
class ForbiddenScenario : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a scenario logs according to the rules of deferred-scenarios.md, as {"log": [...],
// "unhandled": [...]}. The rules are written down rule by rule, without types and without speed, so
// that the real Deferred has something to be compared with. May throw ForbiddenScenario.
nlohmann::json referenceLog(const nlohmann::json& scenario);

}  // namespace poetry::testing
