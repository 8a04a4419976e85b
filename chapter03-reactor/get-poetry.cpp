// get-poetry, chapter 3: fetches poems, all at once, in one thread, with a callback for each poem.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/address.h"
#include "net/protocol.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/errors.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

using PoemCallback = std::function<void(const std::string& poem)>;
using PoemErrback = std::function<void(const Failure& reason)>;

// Makes the protocol of one poem, and calls one of two functions, once: with the poem, or with the
// reason why there is none.
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
  PoemCallback callback_;
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

  std::size_t underWay = options.addresses.size();
  const auto over = [&] {
    if (--underWay == 0 && reactor->running()) reactor->stop();
  };
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    report.connecting(task);
    const auto poemFailed = [&, task](const Failure& reason) {
      report.failed(task, reason.message());
      over();
    };
    const auto gotPoem = [&, task, poemFailed](const std::string& poem) {
      try {
        report.finished(task, poem);
      } catch (const std::exception&) {  // it cannot be saved
        return poemFailed(Failure::current());
      }
      over();
    };
    getPoetry(report.reactorOf(task), server, gotPoem, poemFailed);
  }
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
