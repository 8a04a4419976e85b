#include "reactor/thread_resolver.h"

#include <system_error>
#include <thread>

#include "common/signals_held.h"

namespace poetry {

namespace {

Resolver::Found find(const Address& server) {
  try {
    return resolve(server);
  } catch (...) {
    return Failure::current();
  }
}

}  // namespace

void ThreadResolver::lookUp(const Address& server, Answer answer) {
  try {
    const SignalsHeld held;  // a new thread inherits that: signals are the loop's business
    std::thread([=] { answer(find(server)); }).detach();
  } catch (const std::system_error&) {  // there are too many threads already
    answer(Failure::current());
  }
}

}  // namespace poetry
