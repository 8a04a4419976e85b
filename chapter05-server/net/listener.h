#pragma once

#include <memory>
#include <string>

#include "common/address.h"
#include "common/unique_fd.h"
#include "reactor/reactor.h"

namespace poetry {

// listenTCP at work: listens on an address, and gives each connection that comes a protocol that a
// factory builds. The reactor owns it until it stops listening.
class Listener final : public ListeningPort, public Reader {
 public:
  // Throws std::system_error if it cannot listen there. The reactor outlives it.
  Listener(Reactor& reactor, const Address& where, std::shared_ptr<Factory> factory, int backlog);

  Endpoint address() const override { return address_; }
  void stopListening() override;

  int fileno() const override { return socket_.get(); }
  std::string logPrefix() const override { return "the port " + toString(address_); }
  void doRead() override;
  void connectionLost(const Failure& reason) override;

 private:
  enum class Next { kMore, kNoMore, kPause };

  Next acceptOne();
  Next onAcceptError(int error);
  void adopt(UniqueFd socket, const Endpoint& peer);
  void pauseAccepting();
  void resumeAccepting();
  void close();

  Reactor& reactor_;
  std::shared_ptr<Factory> factory_;
  UniqueFd socket_;
  Endpoint address_;
  DelayedCall pause_;
  bool outOfDescriptorsReported_ = false;  // reset when the queue is empty
};

}  // namespace poetry
