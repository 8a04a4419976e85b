#pragma once

#include <nlohmann/json_fwd.hpp>

namespace poetry {

// What the figures were measured on, as the system and the compiler tell it.
nlohmann::json describeMachine();

}  // namespace poetry
