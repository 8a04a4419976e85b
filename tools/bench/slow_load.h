#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "server_process.h"

namespace poetry {

// Clients of a server that sends `helping` bytes of its poem to each at once, and again after every
// delay. They come evenly over `coming`, listen for `settling`, and are then measured for `window`.
struct SlowTimetable {
  std::size_t clients;
  std::size_t helping;
  std::chrono::nanoseconds delay;
  std::chrono::nanoseconds coming;
  std::chrono::nanoseconds settling;
  std::chrono::nanoseconds window;
};

struct SlowFigures {
  double cpuPerChunk;  // microseconds of the server's
  double median;       // lateness, microseconds
  double ninetyNinth;
  double inTime;              // of a hundred that were due: those that came before the next was due
  double bytesPerConnection;  // physical memory that the server took for each
  double waited;              // percent of the window: others had the server's core, and it waited
};

// A chunk's time is counted from when the client's first one came: a server that drifts is late.
// When a chunk came is what the kernel says, so that it does not matter how fast we read. Throws
// std::runtime_error if anybody gets anything else than the poem.
SlowFigures measureSlowly(const ServerProcess& server, const std::string& poem,
                          const SlowTimetable& timetable);

}  // namespace poetry
