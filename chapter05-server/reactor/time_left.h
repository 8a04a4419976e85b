#pragma once

#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "reactor/delayed_call.h"

namespace poetry {

// How long it is until then: never less than nothing. Some systems refuse to sleep for more than a
// hundred days; a longer sleep is ended in between.
inline Duration timeLeft(TimePoint until) {
  constexpr Duration kLongest = std::chrono::hours(24);
  return std::clamp<Duration>(until - TimePoint::clock::now(), Duration::zero(), kLongest);
}

// The form in which poll and epoll take a time: milliseconds, rounded up, so that we are not woken
// too early, and -1 for "as long as it takes".
inline int millisecondsLeft(std::optional<TimePoint> until) {
  if (!until) return -1;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(timeLeft(*until)).count());
}

// The form in which select and libevent take a time: seconds, and microseconds, rounded up.
inline timeval toTimeval(Duration duration) {
  const auto all = std::chrono::ceil<std::chrono::microseconds>(duration);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(all);
  timeval result{};
  result.tv_sec = static_cast<decltype(result.tv_sec)>(seconds.count());
  result.tv_usec = static_cast<decltype(result.tv_usec)>((all - seconds).count());
  return result;
}

}  // namespace poetry
