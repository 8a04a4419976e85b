#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace poetry {

// A poem, transformed; nothing if there is no such transform. These are known:
//   cummingsify    in small letters, as E. E. Cummings wrote
//   shout          in capital letters
//   reverse-lines  the last line first
//   rot13          every letter replaced by the one 13 places on; twice, it is as it was
// Letters are those of ASCII: the bytes of others stay as they are. None makes a poem longer, so a
// limit on what goes in limits what comes out.
std::optional<std::string> transformed(std::string_view transform, std::string_view poem);

}  // namespace poetry
