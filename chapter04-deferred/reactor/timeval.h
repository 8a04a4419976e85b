#pragma once

#include <sys/time.h>

#include <algorithm>
#include <chrono>

#include "reactor/delayed_call.h"

namespace poetry {

// The form in which select and libevent take a time: seconds, and microseconds, rounded up, so that
// we are not woken too early.
inline timeval toTimeval(Duration duration) {
  // Some systems refuse more than a hundred days. A longer wait is woken in between.
  constexpr Duration kLongest = std::chrono::hours(24);
  const auto all = std::chrono::ceil<std::chrono::microseconds>(std::min(duration, kLongest));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(all);
  timeval result{};
  result.tv_sec = static_cast<decltype(result.tv_sec)>(seconds.count());
  result.tv_usec = static_cast<decltype(result.tv_usec)>((all - seconds).count());
  return result;
}

}  // namespace poetry
