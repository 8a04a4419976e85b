// a Deferred can wait for another one, but not have it as its value

#include "deferred/deferred.h"

int main() {
  const poetry::Deferred<poetry::Deferred<int>> d;
}
