// slowpoetry, chapter 5: serves one poem, slowly, to all clients at once, from one thread.
//
// It sends a few bytes to a client, asks the reactor to be called again after the delay, and is
// free for the others. Nobody sleeps.
//
// How it fails: a port that is taken or an address that is not ours ends it at once, exit code 1.
// A client that vanishes in the middle of its poem costs nobody else anything.
// How it stops: by Ctrl-C or SIGTERM, exit code 0; poems under way get some time (see service.h).

#include <memory>
#include <optional>
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
    .purpose = "Serves a poem, a few bytes at a time, to all clients at once.",
    .example =
        "  {bin}/slowpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
        "  {bin}/get-poetry 10000; kill $!",
    .stopsGracefully = true,
};

// What all clients of the server share. Outlives them.
struct Poetry {
  Reactor& reactor;
  const ServerOptions& options;
  ServerReport& report;
  std::string poem;
};

// Sends the poem to one client.
class SlowPoetryProtocol : public Protocol {
 public:
  explicit SlowPoetryProtocol(Poetry& poetry) : poetry_(poetry) {}

  void connectionMade() override {
    number_ = poetry_.report.wanted(transport().peer());
    // We do not listen to clients, so the loop need not watch them. Like chapter 1's server we find
    // out that one has gone when we send to it.
    transport().pauseProducing();
    due_ = poetry_.reactor.now();
    sendWhatIsDue();
  }

  void dataReceived(std::string_view) override {}

  void connectionLost(const Failure& reason) override {
    if (next_ && next_->active()) next_->cancel();
    if (reason.check<ConnectionDone>()) return poetry_.report.served(number_);
    poetry_.report.left(number_, reason.message());
  }

 private:
  // Every chunk has its time: so many delays after the first. Who comes late to one, sends it, and
  // the next one all the same in time. If each waited from the one before it, all that is late
  // would add up. But not more than a few at a time, or the others would come late.
  void sendWhatIsDue() {
    constexpr int kHelpings = 16;
    for (int i = 0; i < kHelpings && due_ <= poetry_.reactor.now(); ++i) {
      if (sent_ == poetry_.poem.size()) return transport().loseConnection();
      sendSome();
      due_ += poetry_.options.delay;
    }
    next_ = poetry_.reactor.callLater(due_ - poetry_.reactor.now(), [this] { sendWhatIsDue(); });
  }

  void sendSome() {
    const std::string_view some =
        std::string_view(poetry_.poem).substr(sent_, poetry_.options.bytesPerSend);
    poetry_.report.sending(number_, some.size());
    transport().write(some);
    sent_ += some.size();
    poetry_.report.waiting(number_);
  }

  Poetry& poetry_;
  int number_ = 0;
  std::size_t sent_ = 0;
  TimePoint due_;  // when the next chunk is
  std::optional<DelayedCall> next_;
};

class SlowPoetryFactory : public Factory {
 public:
  explicit SlowPoetryFactory(Poetry& poetry) : poetry_(poetry) {}

  std::string logPrefix() const override { return "somebody who wants poetry"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<SlowPoetryProtocol>(poetry_);
  }

 private:
  Poetry& poetry_;
};

int servePoem(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  Poetry poetry{reactor, options, report, loadPoem(options.poem)};
  const Service service(reactor, std::make_shared<SlowPoetryFactory>(poetry), options, report);
  report.serving(service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::servePoem);
}
