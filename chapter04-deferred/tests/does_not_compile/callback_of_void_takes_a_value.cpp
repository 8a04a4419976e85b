// a callback of a Deferred<T> must take a T, or nothing if T is void

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<void> d;
  d.addCallback([](int) {});
}
