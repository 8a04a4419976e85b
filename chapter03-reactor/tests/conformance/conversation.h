#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/protocol.h"

namespace poetry::testing {

// What a protocol does, as the test says on the spot, and what has happened to it.
struct Conversation {
  std::function<void(Transport&)> onMade = [](Transport&) {};
  std::function<void(Transport&, std::string_view)> onData = [](Transport&, std::string_view) {};
  std::function<void()> onLost = [] {};  // or when there never was a connection

  int made = 0;
  std::string received;
  std::vector<Failure> lost;
  std::vector<Failure> failed;
  Transport* transport = nullptr;  // while the connection lives
};

class TestProtocol : public Protocol {
 public:
  explicit TestProtocol(Conversation& conversation) : conversation_(conversation) {}

  void connectionMade() override {
    ++conversation_.made;
    conversation_.transport = &transport();
    conversation_.onMade(transport());
  }
  void dataReceived(std::string_view bytes) override {
    conversation_.received += bytes;
    conversation_.onData(transport(), bytes);
  }
  void connectionLost(const Failure& reason) override {
    conversation_.transport = nullptr;
    conversation_.lost.push_back(reason);
    conversation_.onLost();
  }

 private:
  Conversation& conversation_;
};

class TestFactory : public ClientFactory {
 public:
  explicit TestFactory(Conversation& conversation) : conversation_(conversation) {}

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<TestProtocol>(conversation_);
  }
  void clientConnectionFailed(const Failure& reason) override {
    conversation_.failed.push_back(reason);
    conversation_.onLost();
  }

 private:
  Conversation& conversation_;
};

}  // namespace poetry::testing
