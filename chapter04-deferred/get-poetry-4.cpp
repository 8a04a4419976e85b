// Fetches poems, all at once, in one thread.

#include <memory>
#include <numeric>
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

  std::vector<Deferred<std::size_t>> sizes;
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    const Deferred<std::string> poem = getPoetry(report.reactorOf(task), server);
    sizes.push_back(poem.addCallback([&, task](const std::string& all) {
                          report.finished(task, all);
                          return all.size();
                        })
                        .addErrback([&, task](const Failure& reason) {
                          report.failed(task, reason.message());
                          return reason;  // it is still a failure, for the lists
                        }));
  }
  // Either all poems, or none: the first failure is enough, and is reported at once.
  gatherResults(sizes)
      .addCallback([&](const std::vector<std::size_t>& all) {
        const auto bytes = std::accumulate(all.begin(), all.end(), std::size_t{0});
        report.note("All poems together: " + std::to_string(bytes) + " bytes");
      })
      .addErrback([&](const Failure& reason) {
        reason.trap<FirstError>();
        const std::size_t first = reason.get<FirstError>()->index + 1;
        report.note("There will not be all poems: task " + std::to_string(first) + " has failed");
      });
  // Whatever comes of each: fires when the last one has ended.
  DeferredList<std::size_t>(sizes, {.consumeErrors = true})
      .addCallback([&](const ListResult<std::size_t>&) {
        if (reactor->running()) reactor->stop();
      });
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
