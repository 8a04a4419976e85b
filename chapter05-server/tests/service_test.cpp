#include "servers/service.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reactor/reactor.h"
#include "servers/fast_protocol.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

ServiceOptions quietly() {
  ServiceOptions options;
  options.quiet = true;
  options.iface = kLoopback;
  options.grace = 100s;
  return options;
}

// The descriptor that listens at this address.
int listenerAt(const Endpoint& address) {
  for (int fd = 0; fd < 1000; ++fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens,
                 &size);  // which fails for what is no socket
    if (listens != 0 && toString(localEndpoint(fd)) == toString(address)) return fd;
  }
  return -1;
}

class ServiceTest : public ::testing::Test {
 protected:
  // Returns whether it has come to an end by itself.
  bool run() {
    bool hangs = false;
    reactor_.callLater(10s, [&] {
      hangs = true;
      reactor_.stop();
    });
    reactor_.run();
    return !hangs;
  }

  std::vector<std::string> log_;
  Reactor reactor_{nullptr, nullptr, [this](const std::string& line) { log_.push_back(line); }};
  ServiceOptions options_ = quietly();
  ServerReport report_{options_};
  Service service_{reactor_, std::make_shared<FastPoetryFactory>("Roses", report_), options_,
                   report_};
};

TEST_F(ServiceTest, StopsAtOnceIfNobodyIsThere) {
  reactor_.callLater(1ms, [] { ::raise(SIGTERM); });
  EXPECT_TRUE(run());
  EXPECT_EQ(reactor_.stoppedBySignal(), 0) << "it has stopped the reactor; the signal has not";
}

TEST_F(ServiceTest, StopsAlsoIfItsPortHasGoneBefore) {
  reactor_.callLater(1ms, [&] { ::shutdown(listenerAt(service_.address()), SHUT_RDWR); });
  const std::function<void()> stopWhenItSaysSo = [&] {
    if (log_.empty()) return static_cast<void>(reactor_.callLater(1ms, stopWhenItSaysSo));
    ::raise(SIGTERM);
  };
  reactor_.callWhenRunning(stopWhenItSaysSo);
  EXPECT_TRUE(run());
  ASSERT_EQ(log_.size(), 1u);
  EXPECT_NE(log_[0].find("accept: Invalid argument"), std::string::npos) << log_[0];
}

}  // namespace
}  // namespace poetry::testing
