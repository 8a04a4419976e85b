// compiles

// What the other files get wrong is right here.

#include <string>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addCallback([](int value) { return value; });
  d.addErrback([](const poetry::Failure&) { return 0; });
  d.addBoth([](const poetry::Result<int>& result) { return result; });
  const poetry::Deferred<std::string> text = d.addCallback([](int) { return std::string(); });
  d.callback(7);
}
