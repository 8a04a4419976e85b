#include "reactor/diagnostics/diagnostics.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <ctime>
#include <utility>

namespace poetry {

// Coarse, to a few milliseconds, and several times cheaper than the precise clock.
Duration Diagnostics::coarseNow() {
#ifdef CLOCK_MONOTONIC_COARSE
  constexpr clockid_t kClock = CLOCK_MONOTONIC_COARSE;
#else
  constexpr clockid_t kClock = CLOCK_MONOTONIC;
#endif
  timespec now{};
  ::clock_gettime(kClock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// How many bytes wait for a reader; -1 if that is not known.
int Diagnostics::unreadBytes(int fd) {
  // For datagrams FIONREAD gives the size of the next one only, and two may have the same size.
  int type = SOCK_STREAM;
  socklen_t size = sizeof type;
  ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);  // which fails for a pipe
  if (type != SOCK_STREAM) return -1;
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : -1;
}

void Diagnostics::calling(const Handler& handler) {
  const bool toCheck = handler.reads && handler.watch->reads % kCheckEvery == 0;
  if (toCheck) unreadBefore_ = unreadBytes(handler.watch->fd);
}

void Diagnostics::called(const Handler& handler) {
  // In one turn, one handler begins when the one before it ends.
  const Duration now = coarseNow();
  if (now - mark_ > kTooLong) {
    reactor_.say(fmt::format("warning: {} held the loop for {:.2f} s, and everybody else waited",
                             nameOf(handler), std::chrono::duration<double>(now - mark_).count()));
  }
  mark_ = now;
  if (unreadBefore_ == kNotChecked) return;
  check(*handler.watch);
  unreadBefore_ = kNotChecked;
}

// Has the reader read? (One that fills its own pipe with just as much as it takes is suspected
// too.)
void Diagnostics::check(const Watch& watch) {
  if (watch.reader == nullptr) return;  // removed; perhaps even destroyed
  Suspect& suspect = suspects_[watch.fd];
  if (watch.reads == kCheckEvery) suspect = {};  // a new one, with the number of an old one
  const bool tookNothing = unreadBefore_ >= 0 && unreadBefore_ == unreadBytes(watch.fd);
  suspect.strikes = tookNothing ? suspect.strikes + 1 : 0;
  if (suspect.strikes < kStrikes || std::exchange(suspect.reported, true)) return;
  reactor_.say(fmt::format("warning: busy wait: {} is ready again and again, and does not read",
                           watch.name));
}

}  // namespace poetry
