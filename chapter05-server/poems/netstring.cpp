#include "poems/netstring.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "reactor/errors.h"

namespace poetry {

namespace {

// What stands at the beginning of some bytes.
struct Length {
  std::size_t digits;  // with the colon
  std::size_t bytes;
};

[[noreturn]] void refuse(const char* why) {
  throw ConnectionLost(fmt::format("not a netstring: {}", why));
}

// The length of the message that `bytes` begin with; none if there is no colon yet.
std::optional<Length> lengthOf(std::string_view bytes) {
  constexpr std::size_t kMostDigits = 8;  // of NetstringProtocol::kLongest
  const std::size_t colon = bytes.find(':');
  const std::string_view digits = bytes.substr(0, colon);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) refuse("no length");
  if (digits.size() > kMostDigits) refuse("too long");
  if (colon == std::string_view::npos) return std::nullopt;
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) refuse("no length");
  Length length{colon + 1, 0};
  std::from_chars(digits.data(), digits.data() + digits.size(), length.bytes);
  if (length.bytes > NetstringProtocol::kLongest) refuse("too long");
  return length;
}

}  // namespace

void NetstringProtocol::dataReceived(std::string_view bytes) {
  received_ += bytes;
  while (!received_.empty()) {
    const std::optional<Length> length = lengthOf(received_);
    if (!length || received_.size() <= length->digits + length->bytes) return;  // not all of it
    if (received_[length->digits + length->bytes] != ',') refuse("no comma");
    // Taken out first, in case stringReceived asks for the next one.
    const std::string message = received_.substr(length->digits, length->bytes);
    received_.erase(0, length->digits + length->bytes + 1);
    stringReceived(message);
  }
  received_.shrink_to_fit();  // or the room of the longest message would stay with each connection
}

void NetstringProtocol::sendString(std::string_view message) {
  transport().write(fmt::format("{}:{},", message.size(), message));
}

}  // namespace poetry
