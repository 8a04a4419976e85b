#pragma once

#include <array>
#include <csignal>
#include <initializer_list>

#include "reactor/waking_pipe.h"

namespace poetry {

// How a signal gets into the loop. While a SignalPipe has taken SIGINT or SIGTERM, the first one
// does not end the process: it writes its number into a pipe that the loop watches. A second one of
// the same kind does what it did before: it ends the process, in case the loop does not wake. A
// signal that is ignored stays ignored.
//
// Signals belong to the process, so only one SignalPipe has a signal: the last that took it. Give
// them back in the opposite order.
class SignalPipe {
 public:
  SignalPipe() = default;
  ~SignalPipe() { giveBack(); }
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  // Each of `signals` is SIGINT or SIGTERM. Throws std::system_error.
  void take(std::initializer_list<int> signals);

  // Signals that have not come yet are handled as they were before.
  void giveBack() noexcept;

  // Does any pipe of the process have this signal?
  static bool isTaken(int signal);

  // Readable when a signal has come; then says which, or 0.
  int readEnd() const { return pipe_.readEnd.get(); }
  int read() const { return pipe_.drain(); }

 private:
  // What is remembered of one signal while this has it.
  struct Taken {
    bool isOurs = false;
    struct sigaction actionBefore {};
    SignalPipe* pipeBefore = nullptr;
  };

  static void onSignal(int signal);
  Taken& taken(int signal) { return taken_[signal == SIGINT ? 0 : 1]; }
  void giveBack(int signal) noexcept;

  WakingPipe pipe_;
  std::array<Taken, 2> taken_;
};

}  // namespace poetry
