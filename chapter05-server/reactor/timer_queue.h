#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "reactor/delayed_call.h"

namespace poetry {

class TimerQueue;

// One delayed call. Owned by the queue while it is pending, and by its handles.
struct Timer {
  Callback callback;
  CallSite where;
  bool called = false;
  TimerQueue* queue = nullptr;  // while it is pending
  std::size_t place = 0;        // in the queue's heap
};

// The delayed calls of a reactor, by time. A heap, in which every timer knows its place, so that a
// call that is cancelled or put off need not be searched for: all operations take O(log n).
class TimerQueue {
 public:
  using Now = TimePoint (*)(const void* clock);

  // `source(clock)` says what the time is. A test may have a clock of its own.
  explicit TimerQueue(Now source = steadyNow, const void* clock = nullptr)
      : now_(source), clock_(clock) {}
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  DelayedCall add(Duration delay, Callback callback, CallSite where);
  void cancel(Timer& timer);
  void reset(Timer& timer, Duration delay);

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  std::optional<TimePoint> next() const;  // when the first of them is due
  TimePoint now() const { return now_(clock_); }

  // Takes out the first timer, if it is due by `time`. Null otherwise.
  std::shared_ptr<Timer> takeDue(TimePoint time);

 private:
  // The heap's entries carry what they are compared by: a look at a timer itself is a cache miss.
  struct Entry {
    TimePoint when;
    std::uint64_t order = 0;  // among those of one instant: first come, first called
    std::shared_ptr<Timer> timer;

    bool operator<(const Entry& other) const {
      return when != other.when ? when < other.when : order < other.order;
    }
  };

  static TimePoint steadyNow(const void*) { return std::chrono::steady_clock::now(); }

  TimePoint after(Duration delay) const;
  void put(std::size_t place, Entry entry);
  void moveUp(std::size_t place, Entry entry);
  void moveDown(std::size_t place, Entry entry);
  void settle(std::size_t place, Entry entry);
  Entry takeOut(std::size_t place);

  Now now_;
  const void* clock_;
  std::vector<Entry> heap_;
  std::uint64_t added_ = 0;
};

}  // namespace poetry
