// change-type: callbacks may return another type. The compiler knows which one comes out at the
// end, and the handle for that is what the last addCallback returns.

#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "deferred/deferred.h"

using poetry::Deferred;

int main() {
  const Deferred<std::string> line;
  const Deferred<std::size_t> length = line.addCallback(&std::string::size);
  const Deferred<bool> isLong = length.addCallback([](std::size_t size) { return size > 20; });
  isLong.addCallback([](bool yes) { fmt::print("A long line? {}.\n", yes ? "Yes" : "No"); });

  try {  // the chain has moved on from the string, and this handle stayed behind
    line.addCallback([](const std::string&) {});
  } catch (const poetry::SpentHandleError& error) {
    fmt::print("Add to the old handle? {}.\n", error.what());
  }
  line.callback("In the forests of the night");  // but this is still the one to fire
}
