// what an errback returns must fit the chain: it takes the place of the value

#include <string>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  d.addCallbacks([](int) { return std::string(); }, [](const poetry::Failure&) { return 0; });
}
