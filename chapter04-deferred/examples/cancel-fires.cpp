// cancel-fires: a canceller may know a better end than an error, and fire the Deferred itself.

#include <fmt/format.h>

#include <string>

#include "deferred/deferred.h"

using poetry::Deferred;

int main() {
  const std::string soFar = "Tyger Tyger, bur";
  const Deferred<std::string> poem([&](const Deferred<std::string>& d) { d.callback(soFar); });
  poem.addCallback([](const std::string& text) { fmt::print("callback: {}\n", text); });
  poem.cancel();
}
