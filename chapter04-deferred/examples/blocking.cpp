// blocking: a Deferred makes nothing asynchronous. A callback that sleeps holds up the reactor, and
// the tick that was due after 50 milliseconds comes after 300.

#include <fmt/format.h>

#include <memory>
#include <thread>

#include "deferred/deferred.h"
#include "reactor/diagnostics/diagnostics.h"
#include "reactor/reactor.h"

using namespace std::chrono_literals;

int main() {
  poetry::Reactor reactor;
  reactor.addObserver(std::make_shared<poetry::Diagnostics>(reactor));
  const poetry::Deferred<void> d;
  d.addCallback([] {
    fmt::print("The callback sleeps ...\n");
    std::this_thread::sleep_for(300ms);  // wrong on purpose
    fmt::print("... and wakes up.\n");
  });
  reactor.callWhenRunning([&] { d.callback(); });
  reactor.callLater(50ms, [&] {
    fmt::print("The tick has had to wait.\n");
    reactor.stop();
  });
  reactor.run();
}
