// fire-value: a result that comes later. First say what to do with it; it is done when it is there.

#include <fmt/format.h>

#include <string>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<std::string> poem;
  poem.addCallback([](const std::string& text) { fmt::print("Your poem: {}\n", text); });
  fmt::print("Nothing has happened yet.\n");
  poem.callback("Tyger Tyger, burning bright");
  fmt::print("That was all.\n");
}
