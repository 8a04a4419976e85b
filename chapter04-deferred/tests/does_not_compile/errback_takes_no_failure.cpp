// an errback must take a Failure

#include <stdexcept>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addErrback([](const std::exception&) { return 0; });
}
