#pragma once

#include <poll.h>

#include <vector>

#include "reactor/poller.h"

namespace poetry {

// Waits with poll: select without its limit. The kernel still goes through all descriptors in each
// turn.
class PollPoller final : public Poller {
 public:
  void change(Watch& watch, bool reading, bool writing) override;
  void wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) override;

 private:
  // Two lists in the same order: what poll is asked, and whom the answer concerns.
  std::vector<pollfd> list_;
  std::vector<Watch*> watches_;
  std::vector<std::size_t> places_;  // in the lists, by descriptor
};

}  // namespace poetry
