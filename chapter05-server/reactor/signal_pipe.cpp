#include "reactor/signal_pipe.h"

#include <atomic>
#include <cerrno>

#include "common/signals_held.h"
#include "common/syscall.h"

namespace poetry {

namespace {

// The pipe that has this signal. A global, because a signal handler is given no object.
std::atomic<SignalPipe*>& pipeOf(int signal) {
  static std::atomic<SignalPipe*> ofInterrupt = nullptr, ofTerminate = nullptr;
  return signal == SIGINT ? ofInterrupt : ofTerminate;
}

}  // namespace

bool SignalPipe::isTaken(int signal) {
  return pipeOf(signal).load() != nullptr;
}

void SignalPipe::take(std::initializer_list<int> signals) {
  const SignalsHeld held;  // none comes in the middle of this
  struct sigaction action {};
  action.sa_handler = onSignal;
  action.sa_flags = SA_RESTART;
  for (const int signal : signals) {
    Taken& mine = taken(signal);
    if (mine.isOurs) continue;
    checked(::sigaction(signal, nullptr, &mine.actionBefore), "sigaction");
    if (mine.actionBefore.sa_handler == SIG_IGN) continue;
    mine.isOurs = true;
    mine.pipeBefore = pipeOf(signal).exchange(this);
    checked(::sigaction(signal, &action, nullptr), "sigaction");
  }
}

void SignalPipe::giveBack() noexcept {
  const SignalsHeld held;
  giveBack(SIGINT);
  giveBack(SIGTERM);
}

// Called by the signal handler, too: it does nothing but what signal-safety(7) allows.
void SignalPipe::giveBack(int signal) noexcept {
  Taken& mine = taken(signal);
  if (!mine.isOurs) return;
  mine.isOurs = false;
  pipeOf(signal) = mine.pipeBefore;
  ::sigaction(signal, &mine.actionBefore, nullptr);
}

void SignalPipe::onSignal(int signal) {
  const int before = errno;
  if (SignalPipe* const pipe = pipeOf(signal).load()) {
    pipe->pipe_.write(static_cast<char>(signal));
    pipe->giveBack(signal);
  }
  errno = before;
}

}  // namespace poetry
