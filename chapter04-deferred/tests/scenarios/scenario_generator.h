#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace poetry::testing {

// A scenario in the language of deferred-scenarios.md, which keeps to what section 6 asks for. The
// same seed gives the same scenario everywhere.
nlohmann::json randomScenario(std::uint64_t seed);

}  // namespace poetry::testing
