#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "common/address.h"
#include "deferred/deferred.h"
#include "reactor/reactor.h"

namespace poetry {

// A server sends and sends; this cannot be a poem.
struct PoemTooLong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t kLongestPoem = 100'000'000;  // bytes

// Fetches one poem. Fails with a ConnectError, a ConnectionLost or a PoemTooLong. If it is
// cancelled, it breaks the connection off.
Deferred<std::string> getPoetry(ReactorTCP& reactor, Address server,
                                std::size_t longest = kLongestPoem);

}  // namespace poetry
