// a callback as large as this, or aligned like this, must be kept by a pointer

#include <array>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addCallback([huge = std::array<int, 20'000>()](int value) { return value + huge[0]; });
}
