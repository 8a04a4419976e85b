#pragma once

#include <sys/socket.h>

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "common/syscall.h"
#include "common/unique_fd.h"
#include "tests/conformance/reactor_conformance.h"

namespace poetry::testing {

// A client that waits. The kernel makes the connection, whether the server has come to it or not.
inline UniqueFd visit(const Address& address) {
  const Endpoint endpoint = resolve(address).front();
  UniqueFd socket(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  checked(::connect(socket.get(), endpoint.data(), endpoint.size()), "connect");
  return socket;
}

// What the other side has sent until it closed.
inline std::string hear(const UniqueFd& socket) {
  std::string all;
  std::array<char, 65536> buffer;
  ssize_t count = 0;
  while ((count = ::recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0) {
    all.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return count == 0 ? all : "broken after " + std::to_string(all.size());
}

inline void sayVerse(Transport& transport) {
  transport.write("Roses");
  transport.loseConnection();
}

// A factory for a server. It has a conversation with every client that comes; a test says
// beforehand what each should be like.
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

// The same reactors as servers; the tests are in reactor_conformance_listening.cpp
// and reactor_conformance_sending.cpp.
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
