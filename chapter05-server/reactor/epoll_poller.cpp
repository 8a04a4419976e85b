#ifdef __linux__

#include "reactor/epoll_poller.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "common/syscall.h"
#include "reactor/time_left.h"

namespace poetry {

EpollPoller::EpollPoller() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void EpollPoller::change(Watch& watch, bool reading, bool writing) {
  const bool any = reading || writing;
  if (!any && !watch.known) return;
  const int operation = !any ? EPOLL_CTL_DEL : watch.known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  epoll_event event{};
  if (reading) event.events |= EPOLLIN;
  if (writing) event.events |= EPOLLOUT;
  event.data.ptr = &watch;  // epoll gives it back, so there is nothing to search for
  // One that was closed already cannot be forgotten, and need not be: the kernel has done so.
  if (::epoll_ctl(epoll_.get(), operation, watch.fd, &event) < 0 && any) {
    throw std::runtime_error(
        fmt::format("epoll can not watch descriptor {}: {}", watch.fd, std::strerror(errno)));
  }
  watch.known = any;
}

void EpollPoller::wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) {
  std::array<epoll_event, 256> events;  // if there are more, they come next time
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 millisecondsLeft(until));
  // EINTR: a signal ended the sleep, and nothing is known to be ready. We will be asked again.
  if (count < 0 && errno == EINTR) return;
  checked(count, "epoll_wait");

  // An end and an error come unasked, and count as both: to read or to write will tell.
  constexpr auto kOver = EPOLLHUP | EPOLLERR;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    auto* const watch = static_cast<Watch*>(event.data.ptr);
    watch->readable = (event.events & (EPOLLIN | kOver)) != 0;
    watch->writable = (event.events & (EPOLLOUT | kOver)) != 0;
    ready.push_back(watch);
  }
}

}  // namespace poetry

#endif
