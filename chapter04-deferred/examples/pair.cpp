// pair: the errback of a pair stands beside its callback, not behind it. What the callback throws
// goes to the next errback.

#include <fmt/format.h>

#include <stdexcept>

#include "deferred/deferred.h"

using poetry::Failure;

void fall(int) {
  throw std::runtime_error("the callback fell over");
}

int main() {
  poetry::succeed(1)
      .addCallbacks(fall, [](const Failure&) { fmt::print("never printed\n"); })
      .addErrback([](const Failure& f) { fmt::print("behind the pair: {}\n", f.message()); });

  poetry::succeed(2).addCallback(fall).addErrback(
      [](const Failure& f) { fmt::print("two pairs: {}\n", f.message()); });
}
