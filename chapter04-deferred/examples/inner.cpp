// inner: a callback that needs time of its own returns a Deferred. The chain waits for it, and goes
// on with its result; the reactor is free meanwhile.

#include <fmt/format.h>

#include "deferred/deferred.h"
#include "reactor/reactor.h"

using namespace std::chrono_literals;
using poetry::Deferred;

int main() {
  poetry::Reactor reactor;
  poetry::succeed(20)
      .addCallback([&](int value) {
        fmt::print("The outer one got {} and asks somebody to add 1 ...\n", value);
        Deferred<int> inner;
        reactor.callLater(200ms, [=] { inner.callback(value + 1); });
        return inner;
      })
      .addCallback([&](int value) {
        fmt::print("... and goes on with {}.\n", value);
        reactor.stop();
      });
  reactor.callLater(100ms, [] { fmt::print("Meanwhile, a tick.\n"); });
  reactor.run();
}
