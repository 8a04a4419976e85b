// unhandled: an error that no errback handles is not lost. When the last handle has gone, a line on
// standard error says what it was and where the Deferred was made.

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

#include "deferred/deferred.h"

int main() {
  {
    const poetry::Deferred<int> careless;
    careless.addCallback([](int value) { return value + 1; });
    careless.errback(std::runtime_error("nobody wants me"));
    fmt::print("It has failed, but an errback may still come.\n");
    std::fflush(stdout);  // so that the two streams do not get mixed up
  }
  fmt::print("Now it is too late.\n");
}
