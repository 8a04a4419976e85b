// fastpoetry: serves one poem to all clients, as fast as they take it.
//
// It writes the poem and closes. If the kernel takes all of it at once, as it does with a poem of
// any usual size, a client costs an accept, a send and a close, and the loop never watches it.
//
// How it fails: a port that is taken or an address that is not ours ends it at once, exit code 1.
// How it stops: by Ctrl-C or SIGTERM, exit code 0; poems under way get some time (see service.h).

#include <memory>
#include <string>
#include <string_view>

#include "common/address.h"
#include "common/poem.h"
#include "common/program.h"
#include "common/report.h"
#include "errors.h"
#include "libevent_reactor.h"
#include "service.h"

namespace poetry {

const Usage kUsage = {
    .model = "reactor",
    .purpose = "Serves a poem to all clients, as fast as they take it.",
    .example =
        "  {bin}/fastpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
        "  {bin}/get-poetry 10000; kill $!",
    .servesSlowly = false,
    .stopsGracefully = true,
};

// What all clients of the server share. Outlives them.
struct Poetry {
  ServerReport& report;
  std::string poem;
};

class FastPoetryProtocol : public Protocol {
 public:
  explicit FastPoetryProtocol(Poetry& poetry) : poetry_(poetry) {}

  void connectionMade() override {
    number_ = poetry_.report.wanted(transport().peer());
    transport().write(poetry_.poem);
    transport().loseConnection();
  }

  void dataReceived(std::string_view) override {}

  void connectionLost(const Failure& reason) override {
    if (reason.check<ConnectionDone>()) return poetry_.report.served(number_);
    poetry_.report.left(number_, reason.message());
  }

 private:
  Poetry& poetry_;
  int number_ = 0;
};

class FastPoetryFactory : public Factory {
 public:
  explicit FastPoetryFactory(Poetry& poetry) : poetry_(poetry) {}

  std::string logPrefix() const override { return "somebody who wants poetry"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<FastPoetryProtocol>(poetry_);
  }

 private:
  Poetry& poetry_;
};

int servePoem(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  Poetry poetry{report, loadPoem(options.poem)};
  const Service service(reactor, std::make_shared<FastPoetryFactory>(poetry), options, report);
  report.serving(service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::servePoem);
}
