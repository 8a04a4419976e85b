#include "reactor/thread_resolver.h"

#include <system_error>
#include <thread>
#include <utility>

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

void post(Mailbox& mailbox, const Resolver::Answer& answer, Resolver::Found found) {
  mailbox.post([answer, found = std::move(found)] { answer(found); }, CallSite::here());
}

}  // namespace

void ThreadResolver::lookUp(const Address& server, Answer answer,
                            const std::shared_ptr<Mailbox>& mailbox) {
  try {
    const SignalsHeld held;  // a new thread inherits that: signals are the loop's business
    std::thread([=] { post(*mailbox, answer, find(server)); }).detach();
  } catch (const std::system_error&) {  // there are too many threads already
    post(*mailbox, answer, Failure::current());
  }
}

}  // namespace poetry
