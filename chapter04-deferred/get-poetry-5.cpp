// Fetches poems, all at once, in one thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "deferred/deferred.h"
#include "deferred/deferred_list.h"
#include "net/protocol.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/errors.h"
#include "reactor/exit.h"
#include "reactor/interrupt.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Makes the protocol of one poem, and hears how that ends, or that there is no connection.
class PoetryClientFactory : public ClientFactory {
 public:
  explicit PoetryClientFactory(const Address& server) : server_(server) {}
  void setPoem(Deferred<std::string> poem) { poem_ = std::move(poem); }
  std::string logPrefix() const override { return "poetry from " + toString(server_); }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;
  void clientConnectionFailed(const Failure& reason) override { poemFailed(reason); }

  void connected(Transport& transport) {
    transport_ = &transport;
    if (!poem_) transport.abortConnection();  // too late
  }

  void poemFinished(const std::string& poem) {
    transport_ = nullptr;
    if (const auto waiting = std::exchange(poem_, std::nullopt)) waiting->callback(poem);
  }

  void poemFailed(const Failure& reason) {
    transport_ = nullptr;
    if (const auto waiting = std::exchange(poem_, std::nullopt)) waiting->errback(reason);
  }

  // From now on fires nothing.
  void cancel() {
    poem_.reset();
    if (transport_ != nullptr) transport_->abortConnection();
  }

 private:
  Address server_;
  std::optional<Deferred<std::string>> poem_;  // until it is fired or cancelled
  Transport* transport_ = nullptr;             // while there is a connection
};

// What is spoken on one connection: the server sends a poem, and closes.
class PoetryProtocol : public Protocol {
 public:
  // The factory outlives us: the connection sees to that.
  explicit PoetryProtocol(PoetryClientFactory& factory) : factory_(factory) {}
  void connectionMade() override { factory_.connected(transport()); }
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
  const auto factory = std::make_shared<PoetryClientFactory>(server);
  // The factory lives for as long as this can be called: it fires the Deferred.
  Deferred<std::string> poem([cancelled = factory.get()] { cancelled->cancel(); });
  factory->setPoem(poem);
  reactor.connectTCP(server, factory);
  return poem;
}

// Starts all of them. Fires when the last one has ended, however.
Deferred<void> getAllTasks(Reactor& reactor, const ClientOptions& options, ReactorReport& report) {
  std::vector<Deferred<void>> tasks;
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    const Deferred<std::string> poem = getPoetry(report.reactorOf(task), server);
    if (options.timeout.count() > 0) poem.addTimeout(options.timeout, reactor);
    tasks.push_back(
        poem.addCallback([&report, task](const std::string& all) { report.finished(task, all); })
            .addErrback(
                [&report, task](const Failure& reason) { report.failed(task, reason.message()); }));
  }
  return gatherResults(tasks).addCallback([&reactor](const std::vector<Nothing>&) {
    if (reactor.running()) reactor.stop();
  });
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  std::optional<Deferred<void>> all;
  std::optional<Interrupt> interrupt;
  reactor->callWhenRunning([&] {
    // Cancelling a list cancels all that is in it.
    interrupt.emplace(*reactor, [&] { all->cancel(); });
    all = getAllTasks(*reactor, options, report);
  });
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
