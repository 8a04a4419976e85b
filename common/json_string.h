#pragma once

#include <string>
#include <string_view>

namespace poetry {

// Any bytes, as a JSON string: what is not UTF-8 in it becomes U+FFFD.
std::string jsonString(std::string_view text);

}  // namespace poetry
