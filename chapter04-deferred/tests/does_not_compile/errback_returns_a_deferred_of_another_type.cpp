// what an errback returns must fit the chain

#include <any>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<std::any> d;
  d.addErrback([](const poetry::Failure&) { return poetry::succeed(5); });
}
