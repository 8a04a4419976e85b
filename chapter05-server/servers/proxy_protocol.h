#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/report.h"
#include "deferred/deferred.h"
#include "net/protocol.h"
#include "poems/poem_cache.h"

namespace poetry {

// Sends one client a poem from another server, as soon as the poem is here.
class PoetryProxyProtocol : public Protocol {
 public:
  // Both outlive us.
  PoetryProxyProtocol(PoemCache& poems, ServerReport& report) : poems_(poems), report_(report) {}

  void connectionMade() override {
    report_.wanted(transport().peer());
    waiting_ =
        poems_.getPoem().addCallbacks([this](const Poem& poem) { send(*poem); },
                                      [this](const Failure&) { transport().abortConnection(); });
  }

  void dataReceived(std::string_view) override {}

  // A client that closes only its half must not take our end for a poem.
  void readConnectionLost() override { transport().abortConnection(); }

  // If we still wait, our errback is called. It breaks off a connection that is gone: no harm.
  void connectionLost(const Failure&) override {
    if (waiting_) waiting_->cancel();
  }

 private:
  void send(const std::string& poem) {
    transport().write(poem);
    transport().loseConnection();
  }

  PoemCache& poems_;
  ServerReport& report_;
  std::optional<Deferred<void>> waiting_;
};

class PoetryProxyFactory : public Factory {
 public:
  PoetryProxyFactory(PoemCache& poems, ServerReport& report) : poems_(poems), report_(report) {}

  std::string logPrefix() const override { return "somebody who wants poetry"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<PoetryProxyProtocol>(poems_, report_);
  }

 private:
  PoemCache& poems_;
  ServerReport& report_;
};

}  // namespace poetry
