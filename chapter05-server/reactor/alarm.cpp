#include "reactor/alarm.h"

#include <event2/event.h>

#include <algorithm>

#ifdef __linux__
#include <sys/timerfd.h>
#endif

#include "common/syscall.h"
#include "reactor/time_left.h"

namespace poetry {

namespace {

#ifdef __linux__

// A descriptor that becomes readable when the time has come.
int makeTimer(event* event, event_base* base, event_callback_fn onRing, void* alarm) {
  const int fd =
      checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
  event_assign(event, base, fd, EV_READ | EV_PERSIST, onRing, alarm);
  event_add(event, nullptr);
  return fd;
}

// Setting it also clears an expiry that was not read.
void setTimer(int fd, event*, std::optional<TimePoint> time) {
  itimerspec when{};  // all zero: never
  if (time) {
    const auto nanoseconds = std::max<Duration::rep>(time->time_since_epoch().count(), 1);
    when.it_value.tv_sec = nanoseconds / 1'000'000'000;
    when.it_value.tv_nsec = nanoseconds % 1'000'000'000;
  }
  checked(::timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime");
}

#else

// kqueue's sleep is exact, so a timer of libevent's will do.
int makeTimer(event* event, event_base* base, event_callback_fn onRing, void* alarm) {
  event_assign(event, base, -1, 0, onRing, alarm);
  return -1;
}

void setTimer(int, event* event, std::optional<TimePoint> time) {
  event_del(event);
  if (!time) return;
  const timeval limit = toTimeval(timeLeft(*time));
  event_add(event, &limit);
}

#endif

}  // namespace

Alarm::Alarm(event_base* base) : timer_(makeTimer(&event_, base, onRing, this)) {}

Alarm::~Alarm() {
  event_del(&event_);
}

void Alarm::set(std::optional<TimePoint> time) {
  if (time == time_ && !hasRung_) return;
  setTimer(timer_.get(), &event_, time);
  time_ = time;
  hasRung_ = false;
}

void Alarm::onRing(evutil_socket_t, short, void* alarm) {
  static_cast<Alarm*>(alarm)->hasRung_ = true;
}

}  // namespace poetry
