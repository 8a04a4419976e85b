// Fetches poems, all at once, in one thread.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/address.h"
#include "common/report.h"
#include "deferred/deferred.h"
#include "net/protocol.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/errors.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Makes the protocol of one poem, and hears how that ends, or that there is no connection.
class PoetryClientFactory : public ClientFactory {
 public:
  PoetryClientFactory(const Address& server, Deferred<std::string> poem)
      : server_(server), poem_(std::move(poem)) {}
  std::string logPrefix() const override { return "poetry from " + toString(server_); }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;
  void clientConnectionFailed(const Failure& reason) override { poem_.errback(reason); }

  void poemFinished(const std::string& poem) { poem_.callback(poem); }
  void poemFailed(const Failure& reason) { poem_.errback(reason); }

 private:
  Address server_;
  Deferred<std::string> poem_;
};

// What is spoken on one connection: the server sends a poem, and closes.
class PoetryProtocol : public Protocol {
 public:
  // The factory outlives us: the connection sees to that.
  explicit PoetryProtocol(PoetryClientFactory& factory) : factory_(factory) {}
  void dataReceived(std::string_view bytes) override { poem_ += bytes; }

  // A connection that breaks is not a poem that ended.
  void connectionLost(const Failure& reason) override {
    if (reason.check<ConnectionDone>()) {
      factory_.poemFinished(poem_);
    } else {
      factory_.poemFailed(reason);
    }
  }

 private:
  PoetryClientFactory& factory_;
  std::string poem_;
};

std::unique_ptr<Protocol> PoetryClientFactory::buildProtocol(const Endpoint&) {
  return std::make_unique<PoetryProtocol>(*this);
}

// Fetches one poem. Returns at once, with a Deferred of the poem.
Deferred<std::string> getPoetry(ReactorTCP& reactor, const Address& server) {
  Deferred<std::string> poem;
  reactor.connectTCP(server, std::make_shared<PoetryClientFactory>(server, poem));
  return poem;
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  std::size_t underWay = options.addresses.size();
  const auto over = [&] {
    if (--underWay == 0 && reactor->running()) reactor->stop();
  };
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    getPoetry(report.reactorOf(task), server)
        .addCallback([&, task](const std::string& poem) { report.finished(task, poem); })
        .addErrback([&, task](const Failure& reason) { report.failed(task, reason.message()); })
        .addCallback(over);
  }
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
