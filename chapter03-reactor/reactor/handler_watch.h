#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "reactor/delayed_call.h"
#include "reactor/reactor.h"

namespace poetry {

// What is remembered about a reader to find out whether it reads.
struct BusyWait {
  unsigned calls = 0;
  unsigned strikes = 0;  // consecutive checks in which it read nothing
  bool reported = false;
};

// Keeps an eye on handlers while they run: reports what they throw and how long they hold the loop,
// finds readers that never read, and tells the observer. The reactor says when its loop waits, and
// puts every handler between begin() and end().
//
// Every event passes through here, so it is cheap: one look at a coarse clock per handler.
class HandlerWatch {
 public:
  void setWarnings(bool on) { warnings_ = on; }
  void setLog(Reactor::Log log) { log_ = std::move(log); }
  void setObserver(LoopObserver* observer) { observer_ = observer; }

  void loopWaiting();

  void begin(int task) {
    task_ = task;
    if (waiting_) loopHandling();
    observe([&](LoopObserver& observer) { observer.handling(task); });
  }

  // `name`: a std::string, or a CallSite. `task`: as in begin(); it may have been set meanwhile.
  template <typename Name>
  void end(const Name& name, int task) {
    if (warnings_) {
      // In one turn, one handler begins when the one before it ends.
      const auto now = coarseNow();
      if (now - mark_ > kTooLong) reportSlow(nameOf(name), now - mark_);
      mark_ = now;
    }
    observe([&](LoopObserver& observer) { observer.handled(task); });
    task_ = 0;
  }

  // Is it time to see whether this reader reads? If so: how many bytes wait for it, and after its
  // call, the verdict. (One that fills its own pipe with just as much as it takes is suspected
  // too.)
  bool shouldCheck(BusyWait& busyWait) const {
    return warnings_ && ++busyWait.calls % kCheckEvery == 0 && !busyWait.reported;
  }
  static int unreadBytes(int fd);  // -1: unknown
  void check(BusyWait& busyWait, const std::string& name, int before, int after);

  int task() const { return task_; }
  void setTask(int task) { task_ = task; }
  void noteConnected() {
    observe([&](LoopObserver& observer) { observer.connected(task_); });
  }
  void noteReceived(std::size_t bytes) {
    observe([&](LoopObserver& observer) { observer.received(task_, bytes); });
  }

  // What the observer has thrown; null if nothing. It is not asked again.
  std::exception_ptr observerError() const { return observerError_; }

  void report(const std::string& what, const Failure& failure) const;

  static const std::string& nameOf(const std::string& name) { return name; }
  static std::string nameOf(const CallSite& where);

 private:
  static constexpr Duration kTooLong = std::chrono::milliseconds(100);
  static constexpr unsigned kCheckEvery = 1024;
  static constexpr unsigned kStrikes = 8;

  // Tells the observer, if there is one. What it throws waits until the turn is over: there may be
  // C functions on the stack here.
  template <typename Tell>
  void observe(const Tell& tell) {
    if (observer_ == nullptr) return;
    try {
      tell(*observer_);
    } catch (...) {
      observer_ = nullptr;
      observerError_ = std::current_exception();
    }
  }

  // Coarse, to a few milliseconds, and several times cheaper than the precise clock.
  static Duration coarseNow();

  void loopHandling();
  void reportSlow(const std::string& name, Duration duration) const;
  void say(const std::string& line) const noexcept;

  bool warnings_ = true;
  bool waiting_ = true;
  Duration mark_{0};
  Reactor::Log log_;
  LoopObserver* observer_ = nullptr;
  std::exception_ptr observerError_;
  int task_ = 0;
};

}  // namespace poetry
