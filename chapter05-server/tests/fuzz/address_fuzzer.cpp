// For libFuzzer: addresses, as anyone may type them.
//
// Whatever it is, it is an address or an std::invalid_argument. An address that is written down and
// read again is the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  poetry::Address address;
  try {
    address = poetry::parseAddress(text);
  } catch (const std::invalid_argument&) {
    return 0;
  }
  const poetry::Address again = poetry::parseAddress(poetry::toString(address));
  if (again.host != address.host || again.port != address.port) std::abort();
  poetry::numericEndpoint(address);
  return 0;
}
