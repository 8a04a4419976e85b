// what an errback returns must fit the chain: it takes the place of the value

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addErrback([](const poetry::Failure&) {});
}
