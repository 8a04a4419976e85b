// what onTimeout returns must fit the chain

#include <chrono>

#include "deferred/deferred.h"

struct Timer {
  static bool active() { return true; }
  void cancel() {}
};

struct Clock {
  template <typename Callback>
  Timer callLater(std::chrono::nanoseconds, Callback) {
    return {};
  }
};

int main() {
  Clock clock;
  const poetry::Deferred<int> d;
  d.addTimeout(std::chrono::seconds(1), clock, [](const poetry::Result<int>&) {});
}
