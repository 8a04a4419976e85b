#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/report.h"
#include "net/protocol.h"
#include "reactor/errors.h"

namespace poetry {

// Sends the poem to one client, all of it.
class FastPoetryProtocol : public Protocol {
 public:
  // Both outlive us.
  FastPoetryProtocol(const std::string& poem, ServerReport& report)
      : poem_(poem), report_(report) {}

  void connectionMade() override {
    number_ = report_.wanted(transport().peer());
    transport().write(poem_);
    transport().loseConnection();
  }

  void dataReceived(std::string_view) override {}

  void connectionLost(const Failure& reason) override {
    if (reason.check<ConnectionDone>()) return report_.served(number_);
    report_.left(number_, reason.message());
  }

 private:
  const std::string& poem_;
  ServerReport& report_;
  int number_ = 0;
};

class FastPoetryFactory : public Factory {
 public:
  FastPoetryFactory(std::string poem, ServerReport& report)
      : poem_(std::move(poem)), report_(report) {}

  std::string logPrefix() const override { return "somebody who wants poetry"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<FastPoetryProtocol>(poem_, report_);
  }

 private:
  std::string poem_;
  ServerReport& report_;
};

}  // namespace poetry
