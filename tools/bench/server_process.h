#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "process.h"

namespace poetry {

// A server that is measured from outside. It has a core of its own, if there are two: we are on the
// other one from the first server on.
class ServerProcess {
 public:
  // Starts it, and waits until it has said its port, which is the last number in its first line.
  // Throws std::runtime_error if it says nothing.
  explicit ServerProcess(const std::vector<std::string>& command);

  std::uint16_t port() const { return port_; }

  // Between the two it does nothing, and its backlog fills.
  void stop() const;
  void resume() const;

  // Returns when it has nothing to do and sleeps. Throws if that takes half a minute.
  void waitUntilIdle() const;

  double cpuSeconds() const;     // user and system, since its start; exact while it is idle
  double waitedSeconds() const;  // for the core, while others had it
  std::size_t residentBytes() const;

 private:
  std::string proc(const char* file) const;
  char state() const;

  Pipe input_ = makePipe();  // of which nothing comes
  Pipe output_ = makePipe();
  Process process_;
  clockid_t clock_{};
  std::uint16_t port_ = 0;
};

}  // namespace poetry
