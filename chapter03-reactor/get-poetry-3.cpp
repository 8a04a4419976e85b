// Fetches poems, all at once, in one thread.

#include <exception>
#include <memory>
#include <string>
#include <string_view>

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

// Makes the protocol of one poem, and hears how that ends, or that there is no connection.
class PoetryClientFactory : public ClientFactory {
 public:
  PoetryClientFactory(const Address& server, Client& client, int task)
      : server_(server), client_(client), task_(task) {}
  std::string logPrefix() const override { return "poetry from " + toString(server_); }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;
  void clientConnectionFailed(const Failure& reason) override { client_.fail(task_, reason); }

  void poemFinished(const std::string& poem) { client_.finish(task_, poem); }
  void poemFailed(const Failure& reason) { client_.fail(task_, reason); }

 private:
  Address server_;
  Client& client_;
  int task_;
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

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  Client client(*reactor, options.addresses.size(), report);
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    report.reactorOf(task).connectTCP(server,
                                      std::make_shared<PoetryClientFactory>(server, client, task));
  }
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
