#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace poetry {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;
using Callback = std::function<void()>;

// Where in the source a callback was handed to the reactor: its name in the reactor's messages. A
// function that takes one as its last argument, `CallSite where = CallSite::here()`, gets the place
// of its own caller.
struct CallSite {
  const char* file;
  int line;

  static constexpr CallSite here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

struct Timer;

// A call that will be made later: what callLater returns. A handle: copies refer to the same call,
// which is made whether a handle is kept or not. Use it in the reactor's thread, and not after the
// reactor is gone.
class DelayedCall {
 public:
  DelayedCall() = default;  // of no call: never active
  explicit DelayedCall(std::shared_ptr<Timer> timer) : timer_(std::move(timer)) {}

  // Is it still to come?
  bool active() const;

  // Takes the call back; its callback is destroyed at once. Throws AlreadyCalled (also while it is
  // being called) or AlreadyCancelled.
  void cancel();

  // Makes the call `delay` from now instead. Throws as cancel() does.
  void reset(Duration delay);

 private:
  std::shared_ptr<Timer> timer_;
};

}  // namespace poetry
