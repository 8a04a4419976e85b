// write_co_await_std_move

#include "deferred/coroutine.h"

poetry::Deferred<int> plusOne(poetry::Deferred<int> number) {
  co_return co_await number + 1;
}

int main() {
  plusOne(poetry::succeed(6));
}
