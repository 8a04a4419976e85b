#pragma once

#include <utility>

#include "reactor/reactor.h"
#include "reactor/timer_queue.h"

namespace poetry::testing {

// A clock that a test turns by hand: it makes calls later, as a reactor does, but without waiting.
// Twisted's task.Clock.
class Clock final : public ReactorTime {
 public:
  DelayedCall callLater(Duration delay, Callback callback,
                        CallSite where = CallSite::here()) override {
    return timers_.add(delay, std::move(callback), where);
  }

  // Lets time go by, and makes all calls that become due on the way, each at its own time,
  // including those that are added meanwhile.
  void advance(Duration duration) {
    const TimePoint end = now_ + duration;
    while (timers_.next() && *timers_.next() <= end) {
      now_ = *timers_.next();
      timers_.takeDue(now_)->callback();
    }
    now_ = end;
  }

  // How much time has gone by since the clock was made.
  Duration elapsed() const { return now_.time_since_epoch(); }

  // How many calls are pending.
  std::size_t pending() const { return timers_.size(); }

 private:
  static TimePoint timeOf(const void* clock) { return static_cast<const Clock*>(clock)->now_; }

  TimePoint now_;
  TimerQueue timers_{timeOf, this};
};

}  // namespace poetry::testing
