// fire-error: no result came, but an error did. It goes to the errback; the callback is not called.

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "deferred/deferred.h"

void printPoem(const std::string& text) {
  fmt::print("Your poem: {}\n", text);
}

void printError(const poetry::Failure& failure) {
  fmt::print("No poem: {}.\n", failure.message());
}

int main() {
  const poetry::Deferred<std::string> poem;
  poem.addCallbacks(printPoem, printError);
  poem.errback(std::runtime_error("the server hung up"));
}
