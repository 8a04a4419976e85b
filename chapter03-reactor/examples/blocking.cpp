// blocking: one callback sleeps, and all others wait. A tick is due every 100 milliseconds.

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <thread>

#include "reactor/diagnostics/diagnostics.h"
#include "reactor/reactor.h"

using namespace std::chrono_literals;

int main() {
  poetry::Reactor reactor;
  reactor.addObserver(std::make_shared<poetry::Diagnostics>(reactor));
  const auto start = std::chrono::steady_clock::now();
  std::function<void()> tick = [&] {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    fmt::print("tick at {:.2f} s\n", elapsed.count());
    reactor.callLater(100ms, tick);
  };
  reactor.callWhenRunning(tick);
  reactor.callLater(250ms, [] { std::this_thread::sleep_for(500ms); });  // wrong on purpose
  reactor.callLater(1050ms, [&] { reactor.stop(); });
  reactor.run();
}
