// a Failure is no value: a callback that may return one is to return a Result<U>

#include <stdexcept>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addCallback([](int) { return poetry::Failure::of(std::runtime_error("")); });
}
