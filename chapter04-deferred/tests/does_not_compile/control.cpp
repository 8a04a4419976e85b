// compiles

// What the other files get wrong is right here.

#include <string>
#include <utility>

#include "deferred/coroutine.h"

poetry::Deferred<int> plusOne(poetry::Deferred<int> number) {
  co_return co_await std::move(number) + 1;
}

int main() {
  const poetry::Deferred<int> d;
  d.addCallback([](int value) { return value; });
  d.addErrback([](const poetry::Failure&) { return 0; });
  d.addBoth([](const poetry::Result<int>& result) { return result; });
  const poetry::Deferred<std::string> text = d.addCallback([](int) { return std::string(); });
  d.callback(7);
  plusOne(poetry::succeed(6));
}
