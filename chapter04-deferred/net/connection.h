#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/unique_fd.h"
#include "reactor/reactor.h"

namespace poetry {

// A TCP connection: between the reactor, which says when the socket is ready, and a protocol, which
// says what the bytes mean. The reactor owns it; it owns the socket and the protocol.
class Connection final : public Transport, public Reader, public Writer {
 public:
  // `socket` is connected and non-blocking. `factory` is kept alive for the protocol. `reactor`
  // outlives us.
  Connection(Reactor& reactor, UniqueFd socket, const Endpoint& peer,
             std::shared_ptr<Factory> factory, std::unique_ptr<Protocol> protocol);

  // Called once, when the reactor owns us. Tells the protocol that it is connected.
  void start();

  void write(std::string_view bytes) override;
  void loseConnection() override;
  void abortConnection() override;
  Endpoint peer() const override { return peer_; }
  void pauseProducing() override;
  void resumeProducing() override;

  int fileno() const override { return socket_.get(); }
  std::string logPrefix() const override { return factory_->logPrefix(); }
  void doRead() override;
  void doWrite() override;
  void connectionLost(const Failure& reason) override { end(reason); }

 private:
  enum class State { kOpen, kClosing, kAborted, kGone };

  // Closes the socket, tells the protocol, and has the reactor release us.
  void end(const Failure& reason);
  Failure lost(const char* call, int error) const;

  Reactor& reactor_;
  UniqueFd socket_;
  Endpoint peer_;
  State state_ = State::kOpen;
  bool reading_ = false;
  std::shared_ptr<Factory> factory_;
  std::unique_ptr<Protocol> protocol_;
  std::string unsent_;
  std::size_t sent_ = 0;  // how much of `unsent_` was sent already
  DelayedCall aborting_;
};

}  // namespace poetry
