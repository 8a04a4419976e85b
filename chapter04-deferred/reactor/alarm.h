#pragma once

#include <event2/event_struct.h>

#include <optional>

#include "common/unique_fd.h"
#include "reactor/delayed_call.h"

struct event_base;

namespace poetry {

// Ends libevent's sleep at a given time. libevent can do that by itself, but only to within some
// milliseconds, or at the price of a system call in every turn (EVENT_BASE_FLAG_PRECISE_TIMER).
// Here there is one only when the time changes.
class Alarm {
 public:
  // `base` outlives it.
  explicit Alarm(event_base* base);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // When to ring, once. None: not at all. Call it before every sleep.
  void set(std::optional<TimePoint> time);

 private:
  static void onRing(evutil_socket_t fd, short what, void* alarm);

  struct event event_ {};
  UniqueFd timer_;  // where the system has timers that are descriptors
  std::optional<TimePoint> time_;
  bool hasRung_ = false;
};

}  // namespace poetry
