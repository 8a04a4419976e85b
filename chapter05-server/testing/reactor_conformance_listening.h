#pragma once

#include <deque>
#include <memory>

#include "testing/reactor_conformance.h"

namespace poetry::testing {

// A factory for a server. It has a conversation with every client that comes; a test says
// beforehand what each is to be like.
class TestServerFactory : public Factory {
 public:
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override {
    peers.push_back(toString(peer));
    conversations.push_back(like);
    return std::make_unique<TestProtocol>(conversations.back());
  }

  Conversation like;
  std::deque<Conversation> conversations;  // stays where it is while it grows
  std::vector<std::string> peers;
};

// The same reactors as servers; the tests are in reactor_conformance_listening.cpp.
class ReactorListening : public ReactorConnections {
 protected:
  std::shared_ptr<ListeningPort> listen(const Address& where = {}) {
    return reactor_->listenTCP(where, factory_);
  }

  static Address addressOf(const ListeningPort& port) {
    return {port.address().host(), port.address().port()};
  }

  std::shared_ptr<TestServerFactory> factory_ = std::make_shared<TestServerFactory>();
};

}  // namespace poetry::testing
