#pragma once

#include <chrono>
#include <map>

#include "reactor/reactor.h"

namespace poetry {

// Warns of a handler that holds the loop for longer than 100 ms, and of a reader that stays ready
// and never reads. Every event passes through here, so it is cheap: one look at a coarse clock per
// handler.
class Diagnostics final : public LoopObserver {
 public:
  // `reactor` says what is found, and outlives this.
  explicit Diagnostics(const Reactor& reactor) : reactor_(reactor) {}

  void waiting() override {}
  void woken() override { mark_ = coarseNow(); }
  void calling(const Handler& handler) override;
  void called(const Handler& handler) override;

 private:
  static constexpr Duration kTooLong = std::chrono::milliseconds(100);
  static constexpr unsigned kCheckEvery = 1024;  // calls of a reader
  static constexpr unsigned kStrikes = 8;
  static constexpr int kNotChecked = -2;

  // A reader that took nothing when it was last checked.
  struct Suspect {
    unsigned strikes = 0;  // consecutive checks in which it read nothing
    bool reported = false;
  };

  static Duration coarseNow();
  static int unreadBytes(int fd);
  void check(const Watch& watch);

  const Reactor& reactor_;
  Duration mark_{0};                 // when the handler that runs now was called
  int unreadBefore_ = kNotChecked;   // what its reader had not read then
  std::map<int, Suspect> suspects_;  // by descriptor
};

}  // namespace poetry
