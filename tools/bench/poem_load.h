#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/unique_fd.h"
#include "server_process.h"

namespace poetry {

// A connection to a server on the loopback. Throws std::system_error.
UniqueFd connectTo(std::uint16_t port);

// What a client says, if anything, and what it is to hear until the server closes.
struct Exchange {
  std::string request;
  std::string answer;
};

// The server's CPU seconds for one exchange with each of so many clients. It stands still while
// they come, so that its backlog holds them all, and then has nothing to wait for: what is measured
// is the server, not how fast we are. Throws std::runtime_error if anybody hears anything else.
double cpuSecondsOfBurst(const ServerProcess& server, std::size_t clients,
                         const Exchange& exchange);

// How many clients such a burst may have, if it shall be at most `wanted`: what a backlog holds and
// what descriptors we have.
std::size_t burstOfAtMost(std::size_t wanted);

struct Latency {
  double median;  // microseconds
  double ninetyNinth;
};

// From when a client was to connect until it has the poem and the connection is closed. They come
// at their times, so many a second, however long the others take.
Latency latencyOf(const ServerProcess& server, const std::string& poem, std::size_t poems,
                  double perSecond);

}  // namespace poetry
