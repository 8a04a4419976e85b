// a Deferred<T> is fired with what makes a T, or with nothing if T is void

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.callback();
}
