// write_co_await_std_move

#include "deferred/coroutine.h"

poetry::Deferred<int> plusOne() {
  const poetry::Deferred<int> number = poetry::succeed(6);
  co_return co_await number + 1;
}

int main() {
  plusOne();
}
