#include "reactor/interrupt.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "common/syscall.h"

namespace poetry {

namespace {

std::atomic<int> theInterruptPipe = -1;  // a signal handler is given no object

// A signal that is taken, and how it was handled before.
struct Taken {
  int signal;
  bool isOurs = false;
  struct sigaction before {};
};
std::array<Taken, 2> theTaken{{{SIGINT}, {SIGTERM}}};

void restore(const Taken& taken) {
  if (taken.isOurs) ::sigaction(taken.signal, &taken.before, nullptr);
}

extern "C" void noteInterrupt(int signal) {
  const int before = errno;
  const auto byte = static_cast<char>(signal);
  static_cast<void>(!::write(theInterruptPipe.load(), &byte, 1));
  for (const Taken& taken : theTaken) {
    if (taken.signal == signal) restore(taken);
  }
  errno = before;
}

}  // namespace

Interrupt::Interrupt(Reactor& reactor, Callback callback, std::initializer_list<int> signals)
    : reactor_(reactor), callback_(std::move(callback)) {
  reactor_.addReader(*this);
  theInterruptPipe = mailbox_.writeEnd();
  struct sigaction action {};
  action.sa_handler = noteInterrupt;
  action.sa_flags = SA_RESTART;
  for (Taken& taken : theTaken) {
    taken.isOurs = std::find(signals.begin(), signals.end(), taken.signal) != signals.end();
    if (!taken.isOurs) continue;
    checked(::sigaction(taken.signal, nullptr, &taken.before), "sigaction");
    if (taken.before.sa_handler == SIG_IGN) continue;  // as nohup wants it
    checked(::sigaction(taken.signal, &action, nullptr), "sigaction");
  }
}

Interrupt::~Interrupt() {
  giveBack();
  reactor_.removeReader(*this);
}

// Only once: what handled the signals before may be gone later.
void Interrupt::giveBack() {
  for (Taken& taken : theTaken) {
    restore(taken);
    taken.isOurs = false;
  }
  theInterruptPipe = -1;
}

void Interrupt::doRead() {
  if (mailbox_.takeSignal() == 0) return;
  const Callback callback = std::move(callback_);  // it may destroy us
  callback();
}

}  // namespace poetry
