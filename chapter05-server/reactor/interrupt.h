#pragma once

#include <csignal>
#include <initializer_list>

#include "reactor/mailbox.h"
#include "reactor/reactor.h"

namespace poetry {

// Takes SIGINT (Ctrl-C), or other signals, from the reactor: while this lives, the first of each
// calls `callback`, in the loop. The second of each is the reactor's again, and so are both when
// this has gone; then they stop it. Construct it while the reactor is running; the reactor must
// outlive it. One at a time. The callback may destroy it.
class Interrupt final : public Reader {
 public:
  Interrupt(Reactor& reactor, Callback callback, std::initializer_list<int> signals = {SIGINT});
  ~Interrupt() override;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  int fileno() const override { return mailbox_.readEnd(); }
  std::string logPrefix() const override { return "a signal"; }
  void doRead() override;
  void connectionLost(const Failure&) override { giveBack(); }

 private:
  void giveBack();

  Reactor& reactor_;
  Callback callback_;
  Mailbox mailbox_;
};

}  // namespace poetry
