#include "reactor/handler_watch.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <string_view>

#include "common/syscall.h"

namespace poetry {

namespace {

std::string_view lastPart(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

void HandlerWatch::loopWaiting() {
  waiting_ = true;
  observe([](LoopObserver& observer) { observer.loopWaiting(); });
}

void HandlerWatch::loopHandling() {
  waiting_ = false;
  if (warnings_) mark_ = coarseNow();
  observe([](LoopObserver& observer) { observer.loopHandling(); });
}

Duration HandlerWatch::coarseNow() {
#ifdef CLOCK_MONOTONIC_COARSE
  constexpr clockid_t kClock = CLOCK_MONOTONIC_COARSE;
#else
  constexpr clockid_t kClock = CLOCK_MONOTONIC;
#endif
  timespec now{};
  ::clock_gettime(kClock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

int HandlerWatch::unreadBytes(int fd) {
  // For datagrams FIONREAD gives the size of the next one only, and two may have the same size.
  int type = SOCK_STREAM;
  socklen_t size = sizeof type;
  ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);  // which fails for a pipe
  if (type != SOCK_STREAM) return -1;
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : -1;
}

void HandlerWatch::check(BusyWait& busyWait, const std::string& name, int before, int after) {
  const bool tookNothing = before >= 0 && before == after;
  busyWait.strikes = tookNothing ? busyWait.strikes + 1 : 0;
  if (busyWait.strikes < kStrikes) return;
  busyWait.reported = true;
  say(fmt::format("warning: busy wait: {} is ready again and again, and does not read", name));
}

void HandlerWatch::reportSlow(const std::string& name, Duration duration) const {
  const double seconds = std::chrono::duration<double>(duration).count();
  say(fmt::format("warning: {} held the loop for {:.2f} s, and everybody else waited", name,
                  seconds));
}

void HandlerWatch::report(const std::string& what, const Failure& failure) const {
  say(fmt::format("unhandled error in {}: {}", what, failure.message()));
}

std::string HandlerWatch::nameOf(const CallSite& where) {
  return fmt::format("the call from {}:{}", lastPart(where.file), where.line);
}

void HandlerWatch::say(const std::string& line) const noexcept {
  try {
    if (log_) return log_(line);
    const std::string text = line + "\n";
    writeAll(STDERR_FILENO, text.data(), text.size());
  } catch (...) {
    // No one can be told. The loop must go on all the same.
  }
}

}  // namespace poetry
