#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace poetry {

// The clock of a scenario: time goes by when advance() is called, and all at once. (The one in
// tests/support/clock.h lets a timer that is started on the way count from that moment; here, as in
// Twisted's, it counts from the end.)
class VirtualClock {
 public:
  using Duration = std::chrono::nanoseconds;

  class Timer {
   public:
    bool active() const { return call_->due >= Duration::zero(); }
    void cancel() {
      call_->due = kOver;
      call_->callback = nullptr;
    }

   private:
    friend VirtualClock;
    struct Call {
      Duration due;
      std::function<void()> callback;
    };
    explicit Timer(std::shared_ptr<Call> call) : call_(std::move(call)) {}
    std::shared_ptr<Call> call_;
  };

  Timer callLater(Duration delay, std::function<void()> callback) {
    timers_.push_back(
        Timer(std::make_shared<Timer::Call>(Timer::Call{now_ + delay, std::move(callback)})));
    return timers_.back();
  }

  // What a timer throws comes out at once; those that are due then wait for the next call.
  void advance(Duration duration) {
    now_ += duration;
    for (auto next = earliest(); next != timers_.end() && next->call_->due <= now_;
         next = earliest()) {
      const auto callback = std::move(next->call_->callback);
      next->cancel();
      timers_.erase(next);
      callback();
    }
  }

  void clear() {
    for (Timer& timer : std::exchange(timers_, {})) timer.cancel();
  }

 private:
  static constexpr Duration kOver{-1};

  // Of several that are due at one instant, the one that was started first.
  std::vector<Timer>::iterator earliest() {
    std::erase_if(timers_, [](const Timer& timer) { return !timer.active(); });
    return std::min_element(timers_.begin(), timers_.end(), [](const Timer& a, const Timer& b) {
      return a.call_->due < b.call_->due;
    });
  }

  Duration now_{0};
  std::vector<Timer> timers_;  // in the order in which they were started
};

}  // namespace poetry
