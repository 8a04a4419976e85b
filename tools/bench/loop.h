#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>

#include "reactor/delayed_call.h"

namespace poetry {

// What a loop is given to do: its handlers. What they are for is numbered.
class Work {
 public:
  virtual ~Work() = default;
  virtual void ready(std::size_t) {}  // there is something to read
  virtual void fired(std::size_t) {}  // the timer's time has come
};

// A loop that takes part in the benchmark, by the same few functions as every other.
class Loop {
 public:
  virtual ~Loop() = default;

  // From now on, calls ready(number) in every turn in which there is something to read.
  virtual void watch(std::size_t number, int fd) = 0;

  // Calls fired(number) once, that much later.
  virtual void setTimer(std::size_t, Duration) { throw std::logic_error("it has no timers"); }
  virtual void setAndCancelTimer(std::size_t, Duration) {
    throw std::logic_error("it has no timers");
  }

  // Runs until stop() is called by a handler. Call it once.
  virtual void run() = 0;
  virtual void stop() = 0;
};

// Makes a loop that does this work, which outlives it.
using MakeLoop = std::function<std::unique_ptr<Loop>(Work&)>;

}  // namespace poetry
