#pragma once

#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "common/address.h"
#include "common/report.h"
#include "poems/netstring.h"
#include "poems/transforms.h"
#include "reactor/errors.h"

namespace poetry {

class TransformProtocol;

// Knows all its clients, to close their connections when the server stops: most are idle, and would
// stay for hours.
class TransformFactory : public Factory {
 public:
  explicit TransformFactory(ServerReport& report) : report_(report) {}

  std::string logPrefix() const override { return "somebody with a poem"; }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;
  void stopFactory() override;

  void came(TransformProtocol* client) { clients_.insert(client); }
  void went(TransformProtocol* client) { clients_.erase(client); }
  void say(const std::string& client, const std::string& what) {
    report_.note(fmt::format("Somebody at {}: {}", client, what));
  }

 private:
  ServerReport& report_;
  std::set<TransformProtocol*> clients_;
};

class TransformProtocol : public NetstringProtocol {
 public:
  // The factory outlives us: the connection sees to that.
  TransformProtocol(TransformFactory& factory, const Endpoint& client)
      : factory_(factory), client_(toString(client)) {}

  void connectionMade() override { factory_.came(this); }

  void stringReceived(std::string_view request) override {
    if (refused_) return;  // what comes after it in the same chunk
    const std::size_t dot = request.find('.');
    if (dot == std::string_view::npos) return refuse("a request is a transform, a dot and a poem");
    const auto answer = transformed(request.substr(0, dot), request.substr(dot + 1));
    if (!answer) return refuse("no such transform");
    sendString(*answer);
  }

  // A client that closes has what it wanted, or does not want it any more.
  void connectionLost(const Failure& reason) override {
    factory_.went(this);
    if (!reason.check<ConnectionDone>()) factory_.say(client_, reason.message());
  }

  // All requests that have come whole are answered.
  void goodbye() { transport().loseConnection(); }

 private:
  void refuse(const std::string& why) {
    refused_ = true;
    factory_.say(client_, why);
    transport().loseConnection();
  }

  TransformFactory& factory_;
  std::string client_;
  bool refused_ = false;
};

inline std::unique_ptr<Protocol> TransformFactory::buildProtocol(const Endpoint& peer) {
  return std::make_unique<TransformProtocol>(*this, peer);
}

inline void TransformFactory::stopFactory() {
  for (TransformProtocol* client : clients_) client->goodbye();
}

}  // namespace poetry
