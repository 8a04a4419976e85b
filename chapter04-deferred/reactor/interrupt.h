#pragma once

#include <csignal>

#include "reactor/mailbox.h"
#include "reactor/reactor.h"

namespace poetry {

// Takes Ctrl-C (SIGINT) from the reactor: while this lives, the first one calls `callback`, in the
// loop. The second one ends the process. Construct it while the reactor is running; the reactor
// must outlive it. One at a time.
class Interrupt final : public Reader {
 public:
  Interrupt(Reactor& reactor, Callback callback);
  ~Interrupt() override;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  int fileno() const override { return mailbox_.readEnd(); }
  std::string logPrefix() const override { return "Ctrl-C"; }
  void doRead() override;
  void connectionLost(const Failure&) override { giveBack(); }

 private:
  void giveBack();

  Reactor& reactor_;
  Callback callback_;
  Mailbox mailbox_;
  bool taken_ = false;
  struct sigaction before_ {};
};

}  // namespace poetry
