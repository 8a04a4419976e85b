// a callback of a Deferred<T> must take a T

#include <string>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addCallbacks([](const std::string&) { return 0; }, [](const poetry::Failure&) { return 0; });
}
