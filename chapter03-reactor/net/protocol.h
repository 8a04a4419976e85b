#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/transport.h"
#include "reactor/failure.h"

namespace poetry {

// What is spoken on one connection, whatever carries it: a protocol knows no socket and no reactor,
// only its transport. Built by a factory, one per connection, and owned by the connection.
//
// The calls come in this order: connectionMade, any number of dataReceived, connectionLost.
// If one throws, the connection is broken off, and connectionLost gets what was thrown.
class Protocol {
 public:
  virtual ~Protocol() = default;

  // For the owner of the transport: a reactor's connection, or a test.
  void makeConnection(Transport& transport) {
    transport_ = &transport;
    connectionMade();
  }

  // The connection is there.
  virtual void connectionMade() {}

  // Some bytes came. Where they were cut is an accident of the network: a verse may come in two
  // parts, and two verses in one. `bytes` is valid during the call.
  virtual void dataReceived(std::string_view bytes) = 0;

  // The connection is gone; the last call. `reason` holds ConnectionDone if it was closed in order,
  // and something else if it broke. Do not ignore the difference: it is the one between a poem that
  // ended and a poem that was torn off.
  virtual void connectionLost(const Failure& reason) = 0;

 protected:
  // From connectionMade on.
  Transport& transport() const { return *transport_; }

 private:
  Transport* transport_ = nullptr;
};

// Makes protocols, and keeps what must outlive each of them.
class Factory {
 public:
  virtual ~Factory() = default;

  // A protocol for a connection that was just made. Never null.
  virtual std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) = 0;

  // What to call its connections in the reactor's messages.
  virtual std::string logPrefix() const { return "a connection"; }
};

// A factory for connections that we ask for, which may fail before there is a protocol to tell.
class ClientFactory : public Factory {
 public:
  // There is no connection and will be none: a ConnectTimeoutError or another ConnectError says
  // why.
  virtual void clientConnectionFailed(const Failure& reason) = 0;
};

}  // namespace poetry
