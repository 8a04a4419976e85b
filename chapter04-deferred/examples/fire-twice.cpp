// fire-twice: there is only one result. Firing again is a mistake, and throws.

#include <fmt/format.h>

#include <stdexcept>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> answer;
  answer.addCallback([](int value) { fmt::print("The answer is {}.\n", value); });
  answer.callback(42);
  try {
    answer.callback(43);
  } catch (const poetry::AlreadyCalledError& error) {
    fmt::print("A second value? {}.\n", error.what());
  }
  try {
    answer.errback(std::runtime_error("there is no answer"));
  } catch (const poetry::AlreadyCalledError& error) {
    fmt::print("Now an error? {}.\n", error.what());
  }
}
