#include "reactor/select_reactor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/select.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include "common/syscall.h"
#include "reactor/timeval.h"

namespace poetry {

// Sleeps until a descriptor is ready; nothing else in this reactor sleeps.
void SelectReactor::doIteration(std::optional<Duration> limit) {
  fd_set readable, writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  int highest = -1;
  for (const auto& [fd, watch] : readers()) {
    FD_SET(fd, &readable);
    highest = std::max(highest, fd);
  }
  for (const auto& [fd, watch] : writers()) {
    FD_SET(fd, &writable);
    highest = std::max(highest, fd);
  }

  timeval time = toTimeval(limit.value_or(Duration::zero()));
  const int count = ::select(highest + 1, &readable, &writable, nullptr, limit ? &time : nullptr);
  // EINTR: a signal ended the sleep, and nothing is known to be ready. We will be asked again.
  if (count < 0 && errno == EINTR) return;
  if (count < 0 && errno == EBADF) return loseClosed();
  checked(count, "select");

  // First all that are ready, then their handlers: a handler may add and remove what it likes.
  std::vector<Watch*> ready;
  for (const auto& [fd, watch] : readers()) {
    if (FD_ISSET(fd, &readable)) ready.push_back(watch.get());
  }
  for (const auto& [fd, watch] : writers()) {
    if (FD_ISSET(fd, &writable)) ready.push_back(watch.get());
  }
  for (Watch* watch : ready) dispatch(*watch);
}

// A descriptor that we watch was closed. Finds out which.
void SelectReactor::loseClosed() {
  std::vector<Watch*> closed;
  for (const Watches* watches : {&readers(), &writers()}) {
    for (const auto& [fd, watch] : *watches) {
      if (::fcntl(fd, F_GETFD) < 0) closed.push_back(watch.get());
    }
  }
  for (Watch* watch : closed) {
    lose(*watch, Failure::of(std::logic_error(
                     fmt::format("descriptor {} was closed, and is still watched", watch->fd))));
  }
}

// A descriptor from FD_SETSIZE up has no bit in select's sets: FD_SET may write past their end.
std::unique_ptr<Watch> SelectReactor::startWatching(int fd, bool forWriting) {
  if (fd >= FD_SETSIZE) {
    throw std::runtime_error(
        fmt::format("select can not watch descriptor {} (FD_SETSIZE is {})", fd, FD_SETSIZE));
  }
  return ReactorBase::startWatching(fd, forWriting);
}

}  // namespace poetry
