// get-poetry-3, chapter 3: fetches poems, all at once, in one thread, with a protocol.

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "net/protocol.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/errors.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Fetches the poems of all servers, and knows how many are still under way.
class Client {
 public:
  // Neither is owned; both outlive the client.
  Client(Reactor& reactor, ReactorReport& report) : reactor_(reactor), report_(report) {}

  // Returns when all tasks are over, or a signal came.
  void getPoetry(const std::vector<Address>& servers);

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
    if (--underWay_ == 0 && reactor_.running()) reactor_.stop();
  }

  Reactor& reactor_;
  ReactorReport& report_;
  std::size_t underWay_ = 0;
};

// Makes the protocol of one task, and is told how it ended, or that there was no connection.
class PoetryClientFactory : public ClientFactory {
 public:
  // `client` is not owned.
  PoetryClientFactory(Client& client, int task, const Address& server)
      : client_(client), task_(task), server_(server) {}

  std::string logPrefix() const override { return "poetry from " + toString(server_); }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override;

  void clientConnectionFailed(const Failure& reason) override { client_.fail(task_, reason); }

  void poemFinished(const std::string& poem) { client_.finish(task_, poem); }

  void poemFailed(const Failure& reason) { client_.fail(task_, reason); }

 private:
  Client& client_;
  int task_;
  const Address& server_;
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

void Client::getPoetry(const std::vector<Address>& servers) {
  int task = 0;
  for (const Address& server : servers) {
    ++task;
    ++underWay_;
    report_.connecting(task);
    report_.reactorOf(task).connectTCP(server,
                                       std::make_shared<PoetryClientFactory>(*this, task, server));
  }
  reactor_.run();
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);
  Client(*reactor, report).getPoetry(options.addresses);
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
