#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/unique_fd.h"
#include "net/packet_saver.h"
#include "net/send_buffer.h"
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

  // Called once, when we have an owner. Tells the protocol that it is connected; that may end us.
  void start();
  bool open() const { return static_cast<bool>(socket_); }

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
  // kLingering: all was sent, and the other side knows that; but it may not have all of it yet.
  enum class State : char { kOpen, kClosing, kLingering, kAborted, kGone };

  template <typename Function>
  void letProtocol(const Function& function);
  void watch();
  void finish();
  void hear(std::string_view bytes);
  void hearTheEnd();
  bool listens() const;
  bool mayReceive() const;
  std::size_t send(std::string_view bytes);
  void endLater(const Failure& reason);

  // Closes the socket, tells the protocol, and has the reactor release us.
  void end(const Failure& reason);
  Failure lost(const char* call, int error) const;

  Reactor& reactor_;
  UniqueFd socket_;
  Endpoint peer_;
  State state_ = State::kOpen;
  bool producing_ = true;  // the protocol wants to receive
  bool peerHasClosed_ = false;
  bool talking_ = false;  // one of the protocol's functions is running
  PacketSaver packets_;
  std::shared_ptr<Factory> factory_;
  std::unique_ptr<Protocol> protocol_;
  SendBuffer unsent_;
  DelayedCall ending_;
};

}  // namespace poetry
