#pragma once

#include <csignal>
#include <initializer_list>

#include "reactor/reactor.h"

namespace poetry {

// Takes Ctrl-C (SIGINT) from the reactor: while this lives, the first one calls `callback`, in the
// loop. The second one is the reactor's again, and stops it. Construct it while the reactor is
// running; the reactor must outlive it. The callback may destroy it.
// It may take other signals, too, or instead: then this holds for the first of each.
class Interrupt final : public Reader {
 public:
  Interrupt(Reactor& reactor, Callback callback, std::initializer_list<int> signals = {SIGINT});
  ~Interrupt() override { reactor_.removeReader(*this); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  int fileno() const override { return signals_.readEnd(); }
  std::string logPrefix() const override { return "a signal"; }
  void doRead() override;
  void connectionLost(const Failure&) override { signals_.giveBack(); }

 private:
  Reactor& reactor_;
  Callback callback_;
  SignalPipe signals_;
};

}  // namespace poetry
