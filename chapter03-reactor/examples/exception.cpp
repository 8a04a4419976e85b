// exception: a callback throws. The reactor reports it and goes on: the others must not suffer.

#include <fmt/format.h>

#include <stdexcept>

#include "reactor/reactor.h"

int main() {
  poetry::Reactor reactor;
  reactor.callWhenRunning([] { throw std::runtime_error("I fell over"); });
  reactor.callWhenRunning([] { fmt::print("But the loop lives on.\n"); });
  reactor.callWhenRunning([&] { reactor.stop(); });
  reactor.run();
}
