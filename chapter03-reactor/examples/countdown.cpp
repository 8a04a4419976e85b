// countdown: three calls, a moment apart. No callback sleeps: the reactor is told when to call.

#include <fmt/format.h>

#include <functional>

#include "reactor/reactor.h"

using namespace std::chrono_literals;

int main() {
  poetry::Reactor reactor;
  int left = 3;
  std::function<void()> count = [&] {
    if (left == 0) {
      fmt::print("Lift off!\n");
      reactor.stop();
      return;
    }
    fmt::print("{} ...\n", left--);
    reactor.callLater(200ms, count);
  };
  reactor.callWhenRunning(count);
  reactor.run();
}
