// this would cut off what the exception is

#include <exception>

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<int> d;
  try {
    throw 1;
  } catch (const std::exception& error) {
    d.errback(error);
  }
}
