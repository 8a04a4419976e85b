// timeout: addTimeout cancels what takes too long. One is in time, one is not, and one has a plan.

#include <fmt/format.h>

#include <string>

#include "deferred/deferred.h"
#include "reactor/reactor.h"

using namespace std::chrono_literals;
using poetry::Deferred;

int main() {
  poetry::Reactor reactor;
  const Deferred<std::string> quick, slow, planned;
  quick.addTimeout(200ms, reactor);
  slow.addTimeout(200ms, reactor);
  planned.addTimeout(300ms, reactor, [](auto) { return std::string("the old poem instead"); });
  for (const auto& d : {quick, slow, planned}) {
    d.addErrback([](const poetry::Failure& failure) { return failure.message(); });
    d.addCallback([](const std::string& text) { fmt::print("{}\n", text); });
  }
  reactor.callLater(100ms, [&] { quick.callback("a poem in time"); });
  reactor.callLater(400ms, [&] { reactor.stop(); });
  reactor.run();
}
