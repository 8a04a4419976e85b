#include "reactor/signal_catcher.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "common/syscall.h"

namespace poetry {

namespace {

constexpr int kNobody = -1;
std::atomic<int> thePipe = kNobody;  // a signal handler is given no object

extern "C" void writeSignal(int signal) {
  const int before = errno;
  const auto byte = static_cast<char>(signal);
  // A full pipe is no loss: its reader is awake already.
  static_cast<void>(!::write(thePipe.load(), &byte, 1));
  errno = before;
}

void catchSignal(int signal, struct sigaction& old) {
  checked(::sigaction(signal, nullptr, &old), "sigaction");
  if (old.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = writeSignal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  checked(::sigaction(signal, &action, nullptr), "sigaction");
}

}  // namespace

SignalCatcher::SignalCatcher(int pipe) {
  int nobody = kNobody;
  catching_ = thePipe.compare_exchange_strong(nobody, pipe);
  if (!catching_) return;
  catchSignal(SIGINT, oldInterrupt_);
  catchSignal(SIGTERM, oldTerminate_);
}

SignalCatcher::~SignalCatcher() {
  if (!catching_) return;
  ::sigaction(SIGINT, &oldInterrupt_, nullptr);
  ::sigaction(SIGTERM, &oldTerminate_, nullptr);
  thePipe = kNobody;
}

}  // namespace poetry
