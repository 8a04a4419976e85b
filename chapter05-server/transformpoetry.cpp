// transformpoetry: transforms poems, for all who ask, in one thread.
//
// A request is a netstring that names a transform and carries a poem, "17:cummingsify.Roses,"; the
// answer is a netstring with the poem, "5:roses,". There may be many on one connection, and nobody
// has to wait for an answer before the next request. For the transforms see transforms.h.
//
// How it fails: who asks for a transform that we do not know gets the answers before it, and then
// the connection is closed. Who sends what is no netstring, or one that is too long, loses the
// connection at once. Either way we say why, and nobody else notices.
// How it stops: by Ctrl-C or SIGTERM, exit code 0: answers under way go out, and then all
// connections are closed (see service.h).

#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "common/address.h"
#include "common/program.h"
#include "common/report.h"
#include "errors.h"
#include "libevent_reactor.h"
#include "netstring.h"
#include "service.h"
#include "transforms.h"

namespace poetry {

const Usage kUsage = {
    .model = "reactor",
    .purpose = "Transforms poems, for all who ask at the same time.",
    .example =
        "  {bin}/transformpoetry --port 10000 & sleep 1\n"
        "  printf '17:cummingsify.Roses,' | nc -N 127.0.0.1 10000; kill $!",
    .servesPoem = false,
    .stopsGracefully = true,
};

class TransformProtocol;

// Knows all its clients: most of the time they only think of what to ask next.
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
    if (refused_) return;  // what comes behind it in the same chunk
    const std::size_t dot = request.find('.');
    if (dot == std::string_view::npos) return refuse("a request is a transform, a dot and a poem");
    const auto answer = transformed(request.substr(0, dot), request.substr(dot + 1));
    if (!answer) return refuse("no such transform");
    sendString(*answer);
  }

  // Whoever closes has what they wanted, or does not want it any more.
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

std::unique_ptr<Protocol> TransformFactory::buildProtocol(const Endpoint& peer) {
  return std::make_unique<TransformProtocol>(*this, peer);
}

void TransformFactory::stopFactory() {
  for (TransformProtocol* client : clients_) client->goodbye();
}

int serveTransforms(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  const Service service(reactor, std::make_shared<TransformFactory>(report), options, report);
  report.serving("transforms", service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::serveTransforms);
}
