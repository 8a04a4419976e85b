#pragma once

#include <string>

#include "reactor/delayed_call.h"

namespace poetry {

struct Watch;

// What the loop calls: the handlers of a descriptor that is ready, or a callback.
struct Handler {
  Watch* watch = nullptr;  // the descriptor's; null for a callback. Valid until the turn is over
  bool reads = false;      // there is something to read
  CallSite where{};        // of a callback: where it was handed to the reactor
};

// What to call it in a message.
std::string nameOf(const Handler& handler);

// Is told what a loop does, as it does it; see Reactor::addObserver. The reactor calls it, in the
// loop's thread. What it throws ends run(), when the turn is over.
class LoopObserver {
 public:
  virtual ~LoopObserver() = default;

  virtual void waiting() = 0;  // the loop is about to sleep
  virtual void woken() = 0;    // it has slept, or it begins to run

  virtual void calling(const Handler& handler) = 0;  // a handler begins
  virtual void called(const Handler& handler) = 0;   // it has returned, or thrown
};

}  // namespace poetry
