// already-fired: a result may be there at once, or later, or not at all. The code that gets a
// Deferred need not know which.

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "deferred/deferred.h"

using poetry::Deferred;

const Deferred<std::string> network;  // the answer of a server, let us say

Deferred<std::string> lookUp(const std::string& word) {
  if (word.empty()) throw std::invalid_argument("no word");
  if (word == "cached") return poetry::succeed(std::string("at once"));
  return network;
}

int main() {
  for (const char* word : {"cached", "new", ""}) {
    poetry::maybeDeferred(lookUp, word)  // what lookUp throws becomes an error like any other
        .addErrback([](const poetry::Failure& failure) { return failure.message(); })
        .addCallback([=](const std::string& text) { fmt::print("\"{}\": {}\n", word, text); });
  }
  network.callback("later");
}
