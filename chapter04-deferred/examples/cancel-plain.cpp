// cancel-plain: the result is not wanted any more. The code that was to fire does not know, and
// fires all the same: that is ignored, once.

#include <fmt/format.h>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addErrback([](const poetry::Failure& failure) {
    fmt::print("errback: {}\n", failure.message());
    return 0;
  });
  d.cancel();
  d.callback(1);
  fmt::print("The late value was ignored.\n");
  try {
    d.callback(2);
  } catch (const poetry::AlreadyCalledError& error) {
    fmt::print("The next one was not: {}.\n", error.what());
  }
}
