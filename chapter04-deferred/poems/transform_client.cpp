#include "poems/transform_client.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "poems/netstring.h"

namespace poetry {

namespace {

// One request and its answer, on a connection of its own.
class TransformFactory : public ClientFactory {
 public:
  TransformFactory(std::string request, Deferred<std::string> answer)
      : request_(std::move(request)), answer_(std::move(answer)) {}

  std::string logPrefix() const override { return "the transform server"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;

  void clientConnectionFailed(const Failure& reason) override { failed(reason); }

  const std::string& request() const { return request_; }

  // The first of the two that is called counts.
  void answered(std::string_view poem) {
    if (const auto answer = std::exchange(answer_, std::nullopt)) answer->callback(poem);
  }
  void failed(const Failure& reason) {
    if (const auto answer = std::exchange(answer_, std::nullopt)) answer->errback(reason);
  }

 private:
  std::string request_;
  std::optional<Deferred<std::string>> answer_;
};

class TransformProtocol : public NetstringProtocol {
 public:
  // The factory outlives us: the connection sees to that.
  explicit TransformProtocol(TransformFactory& factory) : factory_(factory) {}

  void connectionMade() override { sendString(factory_.request()); }

  void stringReceived(std::string_view poem) override {
    transport().loseConnection();
    factory_.answered(poem);
  }

  void connectionLost(const Failure& reason) override { factory_.failed(reason); }

 private:
  TransformFactory& factory_;
};

std::unique_ptr<Protocol> TransformFactory::buildProtocol(const Endpoint&) {
  return std::make_unique<TransformProtocol>(*this);
}

}  // namespace

Deferred<std::string> transformPoem(ReactorTCP& reactor, const Address& server,
                                    const std::string& transform, const std::string& poem) {
  Deferred<std::string> answer;
  reactor.connectTCP(server, std::make_shared<TransformFactory>(transform + "." + poem, answer));
  return answer;
}

}  // namespace poetry
