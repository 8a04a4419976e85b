#pragma once

#include <memory>
#include <string>

#include "common/address.h"
#include "common/unique_fd.h"
#include "reactor/reactor_base.h"

namespace poetry {

// listenTCP at work: listens on an address, and gives each connection that comes a protocol that a
// factory builds. The reactor owns it until it stops listening.
class Listener final : public Resident,
                       public ListeningPort,
                       public Reader,
                       public std::enable_shared_from_this<Listener> {
 public:
  // Throws std::system_error if it cannot listen there. The reactor outlives it.
  Listener(ReactorBase& reactor, const Address& where, std::shared_ptr<Factory> factory,
           int backlog);

  // Called once, when the reactor owns us.
  void start();

  Endpoint address() const override { return address_; }
  void stopListening() override;

  int fileno() const override { return socket_.get(); }
  std::string logPrefix() const override { return "the port " + toString(address_); }
  void doRead() override;
  void connectionLost(const Failure& reason) override;
  void reactorStopped(const Failure&) override { close(); }

 private:
  enum class Next { kMore, kNobody, kRest };

  Next acceptOne();
  Next whyNobody(int error);
  void welcome(UniqueFd socket, const Endpoint& peer);
  void rest();
  void goOn();
  void close();

  ReactorBase& reactor_;
  std::shared_ptr<Factory> factory_;
  UniqueFd socket_;
  Endpoint address_;
  DelayedCall resting_;
  bool saidSo_ = false;  // out of descriptors, and reported; reset when the queue is empty
};

}  // namespace poetry
