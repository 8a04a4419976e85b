// coroutine-catch: an error comes out of co_await as an exception, and so does a cancel.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "deferred/coroutine.h"

using poetry::Deferred;

Deferred<void> print(Deferred<std::string> poem) {
  try {
    fmt::print("Your poem: {}\n", co_await std::move(poem));
  } catch (const poetry::CancelledError&) {
    fmt::print("You do not want it any more.\n");
  } catch (const std::runtime_error& error) {
    fmt::print("No poem: {}.\n", error.what());
  }
}

int main() {
  const Deferred<std::string> value, error, unwanted;
  print(value);
  print(error);
  const Deferred<void> printing = print(unwanted);
  value.callback("Tyger Tyger, burning bright");
  error.errback(std::runtime_error("the server hung up"));
  printing.cancel();
}
