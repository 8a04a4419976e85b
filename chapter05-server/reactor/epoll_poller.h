#pragma once

#include "common/unique_fd.h"
#include "reactor/poller.h"

namespace poetry {

// Waits with epoll (Linux), which remembers what to watch, and returns only what is ready: a turn
// costs the same with ten descriptors and with ten thousand. It does not notice a descriptor that
// was closed while it was watched.
class EpollPoller final : public Poller {
 public:
  EpollPoller();
  void change(Watch& watch, bool reading, bool writing) override;
  void wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) override;

 private:
  UniqueFd epoll_;
};

}  // namespace poetry
