// cancel-inner: if a Deferred waits for another one, cancelling it cancels that one, where the work
// is. The error comes out from within, and may be handled on its way.

#include <fmt/format.h>

#include "deferred/deferred.h"

using poetry::Deferred;
using poetry::Failure;

int main() {
  Deferred<int> inner([] { fmt::print("inner: canceller\n"); });
  inner.addErrback([](const Failure& failure) {
    fmt::print("inner: {}\n", failure.message());
    return failure;  // not for me
  });
  const Deferred<int> outer([] { fmt::print("never printed: it has fired\n"); });
  outer.addCallback([&](int) { return inner; });
  outer.addErrback([](const Failure& failure) {
    fmt::print("outer: {}\n", failure.message());
    return 0;
  });
  outer.callback(1);
  outer.cancel();
}
