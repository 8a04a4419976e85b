#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/testing/scripted_server.h"
#include "reactor/diagnostics/diagnostics.h"
#include "reactor/reactor.h"
#include "tests/conformance/conversation.h"

namespace poetry::testing {

// A reactor to be tested: how to make one with this log, and what to call it.
struct ReactorUnderTest {
  std::string name;
  std::function<std::unique_ptr<Reactor>(Reactor::Log log)> make;
};

inline std::ostream& operator<<(std::ostream& out, const ReactorUnderTest& reactor) {
  return out << reactor.name;
}

// What every reactor has to keep to, with real descriptors and sockets; the tests are in
// reactor_conformance_*.cpp. To put a poller of your own under it, add two lines to
// reactor_test.cpp: its #include, and an entry in the list.
class ReactorConformance : public ::testing::TestWithParam<ReactorUnderTest> {
 protected:
  ReactorConformance()
      : reactor_(GetParam().make([this](const std::string& line) { log_.push_back(line); })) {}

  void warn() { reactor_->addObserver(std::make_shared<Diagnostics>(*reactor_)); }

  // Runs the reactor until something stops it. A test that hangs would tell less than one that
  // fails.
  void run() {
    reactor_->callLater(kTooLate, [this] {
      ADD_FAILURE() << "nobody has stopped the reactor";
      reactor_->stop();
    });
    reactor_->run();
  }

  // What the reactor has said of this.
  std::vector<std::string> linesWith(const std::string& what) const {
    std::vector<std::string> lines;
    for (const std::string& line : log_) {
      if (line.find(what) != std::string::npos) lines.push_back(line);
    }
    return lines;
  }

  static constexpr std::chrono::seconds kTooLate{20};

  std::vector<std::string> log_;  // what the reactor has said
  std::unique_ptr<Reactor> reactor_;
};

// The same reactors, with connections. They are under both suites.
class ReactorConnections : public ReactorConformance {
 protected:
  void connect(const Address& server, Conversation& conversation, Duration limit = kTooLate) {
    reactor_->connectTCP(server, std::make_shared<TestFactory>(conversation), limit);
  }

  // Stops the reactor when it was called `count` times: when that many conversations are over.
  std::function<void()> stopAfter(int count) {
    return [this, left = std::make_shared<int>(count)] {
      if (--*left == 0 && reactor_->running()) reactor_->stop();
    };
  }

  ScriptedServers servers_;
};

}  // namespace poetry::testing
