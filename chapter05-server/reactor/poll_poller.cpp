#include "reactor/poll_poller.h"

#include <cerrno>

#include "common/syscall.h"
#include "reactor/time_left.h"

namespace poetry {

namespace {

short eventsOf(bool reading, bool writing) {
  return static_cast<short>((reading ? POLLIN : 0) | (writing ? POLLOUT : 0));
}

}  // namespace

void PollPoller::change(Watch& watch, bool reading, bool writing) {
  const auto fd = static_cast<std::size_t>(watch.fd);
  if (fd >= places_.size()) places_.resize(fd + 1);
  if (!watch.known && !reading && !writing) return;
  if (!watch.known) {
    places_[fd] = list_.size();
    list_.push_back({watch.fd, 0, 0});
    watches_.push_back(&watch);
  }
  const std::size_t place = places_[fd];
  list_[place].events = eventsOf(reading, writing);
  watch.known = reading || writing;
  if (watch.known) return;
  // The last one takes the place that becomes free.
  places_[static_cast<std::size_t>(list_.back().fd)] = place;
  list_[place] = list_.back();
  watches_[place] = watches_.back();
  list_.pop_back();
  watches_.pop_back();
}

void PollPoller::wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) {
  const int count =
      ::poll(list_.data(), static_cast<nfds_t>(list_.size()), millisecondsLeft(until));
  // EINTR: a signal ended the sleep, and nothing is known to be ready. We will be asked again.
  if (count < 0 && errno == EINTR) return;
  checked(count, "poll");

  // An end and an error come unasked, and count as both: to read or to write will tell.
  constexpr int kOver = POLLHUP | POLLERR;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const int events = list_[i].revents;
    if (events == 0) continue;
    watches_[i]->readable = (events & (POLLIN | kOver)) != 0;
    watches_[i]->writable = (events & (POLLOUT | kOver)) != 0;
    watches_[i]->closed = (events & POLLNVAL) != 0;
    ready.push_back(watches_[i]);
  }
}

}  // namespace poetry
