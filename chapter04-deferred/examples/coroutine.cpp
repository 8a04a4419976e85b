// coroutine: co_await waits for a Deferred in the middle of a function. The function looks as if it
// blocked; but it only stops, its caller goes on, and firing the Deferred resumes it.

#include "deferred/coroutine.h"

#include <fmt/format.h>

#include <string>
#include <utility>

using poetry::Deferred;

Deferred<std::size_t> measure(Deferred<std::string> first, Deferred<std::string> second) {
  fmt::print("coroutine: waits for the first line\n");
  const std::string one = co_await std::move(first);
  fmt::print("coroutine: has \"{}\", waits for the second\n", one);
  const std::string two = co_await std::move(second);
  co_return one.size() + two.size();  // fires the Deferred that the caller has
}

int main() {
  const Deferred<std::string> first, second;
  measure(first, second).addCallback([](std::size_t sum) { fmt::print("{} characters\n", sum); });
  fmt::print("main: goes on, and fires the first line\n");
  first.callback("Tyger Tyger, burning bright,");
  fmt::print("main: fires the second line\n");
  second.callback("In the forests of the night");
}
