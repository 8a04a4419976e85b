#pragma once

#include <functional>
#include <memory>
#include <stdexcept>

#include "reactor/delayed_call.h"

namespace poetry {

// Is called with the number of the descriptor that is ready, or of the timer whose time has come.
using OnReady = std::function<void(std::size_t)>;

// A loop that takes part in the benchmark, by the same few functions as every other. One file for
// each: loop_epoll.h, ...
class Loop {
 public:
  explicit Loop(OnReady handler) : handler_(std::move(handler)) {}
  virtual ~Loop() = default;

  // From now on, calls the handler in every turn in which there is something to read.
  virtual void watch(std::size_t number, int fd) = 0;

  // Calls the handler once, that much later.
  virtual void setTimer(std::size_t, Duration) { throw std::logic_error("it has no timers"); }
  virtual void setAndCancelTimer(std::size_t, Duration) { throw std::logic_error("no timers"); }

  virtual void run() = 0;  // until the handler calls stop()
  virtual void stop() = 0;

 protected:
  const OnReady handler_;
};

// What a C library calls back with.
template <typename Handle>
struct Numbered {
  const OnReady& handler;
  std::size_t number;
  Handle handle{};

  static void call(void* self) {
    const auto& numbered = *static_cast<const Numbered*>(self);
    numbered.handler(numbered.number);
  }
};

}  // namespace poetry
