// cancel-canceller: the code that makes a Deferred knows how to stop the work behind it, and says
// so with a canceller. Here it cancels a delayed call of the reactor.

#include <fmt/format.h>

#include <optional>

#include "deferred/deferred.h"
#include "reactor/reactor.h"

using namespace std::chrono_literals;

int main() {
  poetry::Reactor reactor;
  std::optional<poetry::DelayedCall> call;
  const poetry::Deferred<void> d([&] {
    fmt::print("canceller: the call is taken back\n");
    call->cancel();
  });
  call = reactor.callLater(10min, [=] { d.callback(); });
  d.addErrback([&](const poetry::Failure& failure) {
    fmt::print("errback: {}\n", failure.message());
    reactor.stop();
  });
  reactor.callWhenRunning([=] { d.cancel(); });
  reactor.run();
}
