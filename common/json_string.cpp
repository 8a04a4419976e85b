#include "common/json_string.h"

#include <nlohmann/json.hpp>

namespace poetry {

std::string jsonString(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace poetry
