// pause: while a Deferred is paused, its callbacks have to wait, though the result is there.

#include <fmt/format.h>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> number;
  number.addCallback([](int value) {
    fmt::print("The callback gets {}.\n", value);
    return value + 1;
  });
  number.pause();
  number.callback(1);
  fmt::print("It has fired, but it is paused.\n");
  number.unpause();
  number.addCallback([](int value) { fmt::print("The next one gets {}, at once.\n", value); });
}
