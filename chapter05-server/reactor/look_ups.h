#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "common/address.h"
#include "reactor/resolver.h"

namespace poetry {

// The names that a reactor is looking up, and who asked: Reactor::resolve at work.
class LookUps {
 public:
  using Resolved = std::function<void(std::vector<Endpoint>)>;
  using NotResolved = std::function<void(const Failure&)>;

  // Begins a look-up. The function that this returns takes the answer, and calls one of the two,
  // once. When the look-up is over, it does nothing.
  Resolver::Answer add(Resolved resolved, NotResolved notResolved);

  // There will be no more answers. Tells everyone who still waits for one, by `tell`.
  void end(const std::function<void(const NotResolved&)>& tell);

 private:
  struct LookUp {
    Resolved resolved;
    NotResolved notResolved;
  };

  using Table = std::map<std::uint64_t, LookUp>;  // by number, in the order in which they began

  // The answers hold on to it weakly: they may come when the look-up is over, and the reactor gone.
  std::shared_ptr<Table> underWay_ = std::make_shared<Table>();
  std::uint64_t last_ = 0;
};

}  // namespace poetry
