// what is added by addBoth to a Deferred<T> must take a Result<T>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addBoth([](int value) { return value; });
}
