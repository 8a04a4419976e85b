// return-and-throw: what a function returns goes to the next callback, what it throws to the next
// errback. So the result hops between the two chains, as control does between try and catch.

#include <fmt/format.h>

#include <stdexcept>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> number;
  number.addCallback([](int value) {
    fmt::print("callback 1 gets {} and returns {}\n", value, value + 1);
    return value + 1;
  });
  number.addCallback([](int value) -> int {
    fmt::print("callback 2 gets {} and throws\n", value);
    throw std::runtime_error("too small");
  });
  number.addCallback([](int value) { return value * 1000; });  // skipped
  number.addErrback([](const poetry::Failure& failure) {
    fmt::print("errback 4 gets \"{}\" and returns 10\n", failure.message());
    return 10;
  });
  number.addErrback([](const poetry::Failure&) { return -1; });  // skipped
  number.addCallback([](int value) { fmt::print("callback 6 gets {}\n", value); });
  number.callback(1);
}
