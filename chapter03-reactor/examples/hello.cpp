// hello: the smallest program that a reactor runs. What is called when it runs, and who ends it?

#include <fmt/format.h>

#include "reactor/reactor.h"

int main() {
  poetry::Reactor reactor;
  reactor.callWhenRunning([] { fmt::print("Hello from the reactor loop.\n"); });
  reactor.callWhenRunning([&] { reactor.stop(); });
  fmt::print("The reactor is not running yet.\n");
  reactor.run();
  fmt::print("The reactor has stopped.\n");
}
