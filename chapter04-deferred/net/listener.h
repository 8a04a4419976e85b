#pragma once

#include <memory>
#include <string>

#include "common/address.h"
#include "common/unique_fd.h"
#include "reactor/reactor.h"

namespace poetry {

// Listens on an address, and gives each connection that comes a protocol that a factory builds.
// Stops when it is destroyed. (Chapter 5 makes this a part of the reactor, for general use.)
class Listener final : public Reader {
 public:
  // Throws std::system_error if it cannot listen there. The reactor outlives it.
  Listener(Reactor& reactor, const Address& address, std::shared_ptr<Factory> factory);
  ~Listener() override;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  Endpoint address() const;

  int fileno() const override { return socket_.get(); }
  std::string logPrefix() const override { return "a listener"; }
  void doRead() override;
  void connectionLost(const Failure&) override {}

 private:
  void pauseAccepting();

  Reactor& reactor_;
  std::shared_ptr<Factory> factory_;
  UniqueFd socket_;
  DelayedCall pause_;
};

}  // namespace poetry
