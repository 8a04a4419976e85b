#include "reactor/interrupt.h"

#include <gtest/gtest.h>

#include <optional>

#include "reactor/reactor.h"

namespace poetry::testing {
namespace {

auto handlerOf(int signal) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

TEST(Interrupt, HearsOfTheFirstSignalAndTheReactorOfTheSecond) {
  Reactor reactor;
  std::optional<Interrupt> interrupt;
  reactor.callWhenRunning([&] {
    interrupt.emplace(
        reactor,
        [&] {
          interrupt.reset();
          ::raise(SIGTERM);  // which is the reactor's again
        },
        std::initializer_list<int>{SIGTERM});
    ::raise(SIGTERM);
  });
  reactor.run();
  EXPECT_EQ(reactor.stoppedBySignal(), SIGTERM);
}

TEST(Interrupt, GivesItsSignalsBackAlsoIfItOutlivesTheRun) {
  const auto before = handlerOf(SIGTERM);
  Reactor reactor;
  {
    std::optional<Interrupt> interrupt;
    reactor.callWhenRunning([&] {
      interrupt.emplace(
          reactor, [] {}, std::initializer_list<int>{SIGTERM});
      EXPECT_NE(handlerOf(SIGTERM), before);
      reactor.stop();
    });
    reactor.run();
  }
  EXPECT_EQ(handlerOf(SIGTERM), before);
}

}  // namespace
}  // namespace poetry::testing
