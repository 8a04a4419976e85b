#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/report.h"
#include "net/protocol.h"
#include "reactor/errors.h"
#include "reactor/reactor.h"

namespace poetry {

// What it takes to send a poem slowly. All clients share one of these, and it outlives them.
struct SlowPoetry {
  ReactorTime& reactor;
  ServerReport& report;
  std::string poem;
  std::size_t bytesPerSend;
  Duration delay;  // between two sends
};

// Sends the poem to one client.
class SlowPoetryProtocol : public Protocol {
 public:
  explicit SlowPoetryProtocol(const SlowPoetry& poetry) : poetry_(poetry) {}

  void connectionMade() override {
    number_ = poetry_.report.wanted(transport().peer());
    // We do not listen to clients, so the loop need not watch them. Like chapter 1's server, we
    // find out that a client has gone when we send to it.
    transport().pauseProducing();
    due_ = poetry_.reactor.now();
    sendWhatIsDue();
  }

  void dataReceived(std::string_view) override {}

  void connectionLost(const Failure& reason) override {
    if (next_.active()) next_.cancel();
    if (reason.check<ConnectionDone>()) return poetry_.report.served(number_);
    poetry_.report.left(number_, reason.message());
  }

 private:
  // Every chunk has its time: a number of delays after the first. A late chunk does not delay the
  // ones after it; if each waited from the one before it, lateness would add up. But only a few are
  // sent at a time, or the other clients would get theirs late.
  void sendWhatIsDue() {
    constexpr int kHelpings = 16;
    const TimePoint now = poetry_.reactor.now();
    for (int i = 0; i < kHelpings && due_ <= now; ++i) {
      if (sent_ == poetry_.poem.size()) return transport().loseConnection();
      sendSome();
      due_ += poetry_.delay;
    }
    next_ = poetry_.reactor.callLater(due_ - now, [this] { goOn(); });
  }

  // If we throw, the reactor reports it, but does not call us again: the client would wait forever.
  void goOn() {
    try {
      sendWhatIsDue();
    } catch (...) {
      transport().abortConnection();
      throw;
    }
  }

  void sendSome() {
    const auto some = std::string_view(poetry_.poem).substr(sent_, poetry_.bytesPerSend);
    poetry_.report.sending(number_, some.size());
    transport().write(some);
    sent_ += some.size();
    poetry_.report.waiting(number_);
  }

  const SlowPoetry& poetry_;
  int number_ = 0;
  std::size_t sent_ = 0;
  TimePoint due_;  // when the next chunk is
  DelayedCall next_;
};

class SlowPoetryFactory : public Factory {
 public:
  explicit SlowPoetryFactory(SlowPoetry poetry) : poetry_(std::move(poetry)) {}

  std::string logPrefix() const override { return "somebody who wants poetry"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<SlowPoetryProtocol>(poetry_);
  }

 private:
  SlowPoetry poetry_;
};

}  // namespace poetry
