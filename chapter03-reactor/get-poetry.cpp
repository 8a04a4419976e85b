// Fetches poems, all at once, in one thread.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/address.h"
#include "common/report.h"
#include "net/protocol.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/errors.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Knows how many tasks are under way, and hears of each how it ended.
class Client {
 public:
  // Owns neither; both must outlive it.
  Client(Reactor& reactor, std::size_t tasks, ReactorReport& report)
      : reactor_(reactor), report_(report), underWay_(tasks) {}

  void finish(int task, const std::string& poem) {
    try {
      report_.finished(task, poem);
    } catch (const std::exception&) {  // it cannot be saved
      return fail(task, Failure::current());
    }
    end();
  }

  void fail(int task, const Failure& reason) {
    report_.failed(task, reason.message());
    end();
  }

 private:
  void end() {
    // A reactor that has stopped fails the tasks that are left: then there is nothing to stop.
    if (--underWay_ == 0 && reactor_.running()) reactor_.stop();
  }

  Reactor& reactor_;
  ReactorReport& report_;
  std::size_t underWay_;
};

using PoemCallback = std::function<void(const std::string& poem)>;
using PoemErrback = std::function<void(const Failure& reason)>;

// Makes the protocol of one poem, and hears how that ends, or that there is no connection.
class PoetryClientFactory : public ClientFactory {
 public:
  PoetryClientFactory(const Address& server, PoemCallback callback, PoemErrback errback)
      : server_(server), callback_(std::move(callback)), errback_(std::move(errback)) {}
  std::string logPrefix() const override { return "poetry from " + toString(server_); }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;
  void clientConnectionFailed(const Failure& reason) override { errback_(reason); }

  void poemFinished(const std::string& poem) { callback_(poem); }
  void poemFailed(const Failure& reason) { errback_(reason); }

 private:
  Address server_;
  PoemCallback callback_;  // one of the two is called, once
  PoemErrback errback_;
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

// Fetches one poem. Returns at once; calls one of the two later, once.
void getPoetry(ReactorTCP& reactor, const Address& server, PoemCallback callback,
               PoemErrback errback) {
  reactor.connectTCP(server, std::make_shared<PoetryClientFactory>(server, std::move(callback),
                                                                   std::move(errback)));
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  Client client(*reactor, options.addresses.size(), report);
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    getPoetry(
        report.reactorOf(task), server,
        [&, task](const std::string& poem) { client.finish(task, poem); },
        [&, task](const Failure& reason) { client.fail(task, reason); });
  }
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
