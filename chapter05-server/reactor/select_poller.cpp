#include "reactor/select_poller.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/select.h>

#include <cerrno>
#include <stdexcept>

#include "common/syscall.h"
#include "reactor/time_left.h"

namespace poetry {

// A descriptor from FD_SETSIZE up has no bit in select's sets: FD_SET may write past their end.
void SelectPoller::change(Watch& watch, bool reading, bool writing) {
  if (watch.fd >= FD_SETSIZE) {
    throw std::runtime_error(
        fmt::format("select can not watch descriptor {} (FD_SETSIZE is {})", watch.fd, FD_SETSIZE));
  }
  interests_[watch.fd] = {&watch, reading, writing};
  if (!reading && !writing) interests_.erase(watch.fd);
}

// Sleeps until a descriptor is ready; nothing else in this reactor sleeps.
void SelectPoller::wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) {
  fd_set readable, writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  for (const auto& [fd, interest] : interests_) {
    if (interest.reading) FD_SET(fd, &readable);
    if (interest.writing) FD_SET(fd, &writable);
  }
  const int highest = interests_.empty() ? -1 : interests_.rbegin()->first;

  timeval time = toTimeval(until ? timeLeft(*until) : Duration::zero());
  const int count = ::select(highest + 1, &readable, &writable, nullptr, until ? &time : nullptr);
  // EINTR: a signal ended the sleep, and nothing is known to be ready. We will be asked again.
  if (count < 0 && errno == EINTR) return;
  if (count < 0 && errno == EBADF) return findClosed(ready);
  checked(count, "select");

  for (const auto& [fd, interest] : interests_) {
    interest.watch->readable = FD_ISSET(fd, &readable);
    interest.watch->writable = FD_ISSET(fd, &writable);
    if (interest.watch->readable || interest.watch->writable) ready.push_back(interest.watch);
  }
}

// A descriptor that we watch was closed. Finds out which.
void SelectPoller::findClosed(std::vector<Watch*>& ready) {
  for (const auto& [fd, interest] : interests_) {
    interest.watch->closed = ::fcntl(fd, F_GETFD) < 0;
    if (interest.watch->closed) ready.push_back(interest.watch);
  }
}

}  // namespace poetry
