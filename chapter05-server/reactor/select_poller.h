#pragma once

#include <map>

#include "reactor/poller.h"

namespace poetry {

// Waits with select, as chapter 2's first loop does. It can watch descriptors below FD_SETSIZE,
// which is 1024.
class SelectPoller final : public Poller {
 public:
  void change(Watch& watch, bool reading, bool writing) override;
  void wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) override;

 private:
  struct Interest {
    Watch* watch;
    bool reading;
    bool writing;
  };

  void findClosed(std::vector<Watch*>& ready);

  std::map<int, Interest> interests_;  // by descriptor
};

}  // namespace poetry
