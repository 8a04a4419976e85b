#include "reactor/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "common/syscall.h"

namespace poetry {

namespace {

std::atomic<int> theInterruptPipe = -1;  // a signal handler is given no object

extern "C" void noteInterrupt(int signal) {
  const int before = errno;
  const auto byte = static_cast<char>(signal);
  static_cast<void>(!::write(theInterruptPipe.load(), &byte, 1));
  errno = before;
}

}  // namespace

Interrupt::Interrupt(Reactor& reactor, Callback callback)
    : reactor_(reactor), callback_(std::move(callback)) {
  reactor_.addReader(*this);
  theInterruptPipe = mailbox_.writeEnd();
  checked(::sigaction(SIGINT, nullptr, &before_), "sigaction");
  if (before_.sa_handler == SIG_IGN) return;  // as nohup wants it
  struct sigaction action {};
  action.sa_handler = noteInterrupt;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  checked(::sigaction(SIGINT, &action, nullptr), "sigaction");
  taken_ = true;
}

Interrupt::~Interrupt() {
  giveBack();
  reactor_.removeReader(*this);
}

// Only once: what handled the signal before may be gone later.
void Interrupt::giveBack() {
  if (std::exchange(taken_, false)) ::sigaction(SIGINT, &before_, nullptr);
  theInterruptPipe = -1;
}

void Interrupt::doRead() {
  if (mailbox_.takeSignal() != 0) callback_();
}

}  // namespace poetry
