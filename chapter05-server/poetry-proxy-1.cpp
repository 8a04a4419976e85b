// Fetches a poem from another server, keeps it, and serves it to all clients.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/address.h"
#include "common/report.h"
#include "deferred/deferred.h"
#include "options.h"
#include "poems/poem_client.h"
#include "reactor/make_reactor.h"
#include "servers/service.h"

namespace poetry {

// The poem behind the proxy.
class PoemService {
 public:
  PoemService(ReactorTCP& reactor, const ServerOptions& options, ServerReport& report)
      : reactor_(reactor), options_(options), report_(report) {}

  std::variant<std::string, Deferred<std::string>> getPoem() {
    if (poem_) {
      report_.note("Using the cached poem.");
      return *poem_;
    }
    report_.note("Fetching the poem from " + toString(options_.origin) + ".");
    return getPoetry(reactor_, options_.origin)
        .addTimeout(options_.timeout, reactor_)
        .addCallback([this](std::string poem) {
          poem_ = poem;
          return poem;
        });
  }

 private:
  ReactorTCP& reactor_;
  const ServerOptions& options_;
  ServerReport& report_;
  std::optional<std::string> poem_;
};

// What all clients of the server share. Outlives them.
struct Proxy {
  ServerReport& report;
  PoemService poems;
};

class PoetryProxyProtocol : public Protocol {
 public:
  explicit PoetryProxyProtocol(Proxy& proxy) : proxy_(proxy) {}

  void connectionMade() override {
    proxy_.report.wanted(transport().peer());
    auto result = proxy_.poems.getPoem();
    if (const auto* poem = std::get_if<std::string>(&result)) return send(*poem);
    waiting_ = std::get<Deferred<std::string>>(result)
                   .addCallback([this](const std::string& poem) { send(poem); })
                   .addErrback([this](const Failure& reason) { giveUp(reason); });
  }

  void dataReceived(std::string_view) override {}
  // A client that closes only its half must not take our end for a poem.
  void readConnectionLost() override { transport().abortConnection(); }

  void connectionLost(const Failure&) override {
    if (waiting_) waiting_->cancel();
  }

 private:
  void send(const std::string& poem) {
    transport().write(poem);
    transport().loseConnection();
  }

  void giveUp(const Failure& reason) {
    if (!reason.check<CancelledError>())
      proxy_.report.complain("can not fetch the poem: " + reason.message());
    transport().abortConnection();
  }

  Proxy& proxy_;
  std::optional<Deferred<void>> waiting_;
};

class PoetryProxyFactory : public Factory {
 public:
  explicit PoetryProxyFactory(Proxy& proxy) : proxy_(proxy) {}
  std::string logPrefix() const override { return "somebody who wants poetry"; }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<PoetryProxyProtocol>(proxy_);
  }

 private:
  Proxy& proxy_;
};

int serveProxy(const ServerOptions& options) {
  const auto reactor = makeReactor();
  ServerReport report(options);
  Proxy proxy{report, PoemService(*reactor, options, report)};
  Service service(*reactor, std::make_shared<PoetryProxyFactory>(proxy), options, report);
  report.serving("poetry from " + toString(options.origin), service.address());
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::serveProxy);
}
