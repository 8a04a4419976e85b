// The conformance suite, part four: listenTCP.

#include "tests/conformance/reactor_conformance_listening.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <stdexcept>
#include <system_error>

#include "common/syscall.h"
#include "common/unique_fd.h"
#include "reactor/errors.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

TEST_P(ReactorListening, ServesWhoeverComes) {
  factory_->like.onMade = sayVerse;
  const auto port = listen();
  EXPECT_EQ(port->address().host(), kLoopback);
  EXPECT_NE(port->address().port(), 0) << "the system has picked one";
  Conversation one, two;
  one.onLost = two.onLost = stopAfter(2);
  connect(addressOf(*port), one);
  connect(addressOf(*port), two);
  run();
  EXPECT_EQ(one.received + two.received, "RosesRoses");
  ASSERT_EQ(one.lost.size(), 1u);
  EXPECT_TRUE(one.lost[0].check<ConnectionDone>());
  ASSERT_EQ(factory_->conversations.size(), 2u);
  EXPECT_TRUE(factory_->conversations[0].lost[0].check<ConnectionDone>());
}

TEST_P(ReactorListening, ListensThoughNobodyKeepsTheHandle) {
  factory_->like.onMade = sayVerse;
  const Address address = addressOf(*listen());
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(address, conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
}

TEST_P(ReactorListening, HearsWhatItsClientsSay) {
  factory_->like.onData = [](Transport& transport, std::string_view bytes) {
    transport.write(std::string(bytes) + " are red");
    transport.loseConnection();
  };
  Conversation conversation;
  conversation.onMade = [](Transport& transport) { transport.write("Roses"); };
  conversation.onLost = stopAfter(1);
  connect(addressOf(*listen()), conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses are red");
}

TEST_P(ReactorListening, ListensOnIPv6) {
  factory_->like.onMade = sayVerse;
  std::shared_ptr<ListeningPort> port;
  try {
    port = listen({"::1", 0});
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "no IPv6 here: " << error.what();
  }
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect({"::1", port->address().port()}, conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
  EXPECT_EQ(factory_->peers[0].find("[::1]:"), 0u);
}

TEST_P(ReactorListening, ListensOnTwoPorts) {
  factory_->like.onMade = sayVerse;
  const auto first = listen();
  const auto second = reactor_->listenTCP({}, std::make_shared<TestServerFactory>());
  Conversation one, two;
  one.onLost = [&] { reactor_->stop(); };
  connect(addressOf(*first), one);
  connect(addressOf(*second), two);
  run();
  EXPECT_EQ(one.received, "Roses");
  EXPECT_EQ(factory_->conversations.size(), 1u) << "the other port has a factory of its own";
}

TEST_P(ReactorListening, NamesThePortThatIsTaken) {
  const auto port = listen();
  const Address taken = addressOf(*port);
  try {
    listen(taken);
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "bind " + toString(taken) + ": Address already in use");
  }
}

TEST_P(ReactorListening, GetsThePortBackAtOnce) {
  // The connection that the server closes is remembered by the kernel for a minute.
  factory_->like.onMade = sayVerse;
  const auto port = listen();
  Conversation conversation;
  conversation.onLost = [&] {
    port->stopListening();
    EXPECT_NO_THROW(listen(addressOf(*port)));
    reactor_->stop();
  };
  connect(addressOf(*port), conversation);
  run();
}

// ---- stopping ----------------------------------------------------------------------------------

TEST_P(ReactorListening, TakesNobodyAfterItHasStopped) {
  const auto port = listen();
  port->stopListening();
  port->stopListening();
  EXPECT_NE(port->address().port(), 0) << "it still knows where it was";
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(addressOf(*port), conversation);
  run();
  EXPECT_EQ(conversation.failed.size(), 1u);
}

TEST_P(ReactorListening, KeepsItsConnectionsWhenItStops) {
  std::shared_ptr<ListeningPort> port = listen();
  const Address address = addressOf(*port);
  factory_->like.onMade = [&](Transport& transport) {
    std::exchange(port, nullptr)->stopListening();
    reactor_->callLater(5ms, [&] { sayVerse(transport); });
  };
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(address, conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
}

TEST_P(ReactorListening, TakesNobodyElseWhenItIsStoppedFromWithinConnectionMade) {
  std::shared_ptr<ListeningPort> port = listen();
  factory_->like.onMade = [&](Transport&) {
    std::exchange(port, nullptr)->stopListening();
    reactor_->callLater(10ms, [&] { reactor_->stop(); });
  };
  const Address address = addressOf(*port);
  const UniqueFd first = visit(address), second = visit(address);
  run();
  EXPECT_EQ(factory_->conversations.size(), 1u);
}

TEST_P(ReactorListening, TakesNobodyElseWhenTheReactorIsStopped) {
  const auto port = listen();
  factory_->like.onMade = [&](Transport&) { reactor_->stop(); };
  const UniqueFd first = visit(addressOf(*port)), second = visit(addressOf(*port));
  run();
  EXPECT_EQ(factory_->conversations.size(), 1u);
  EXPECT_THROW(visit(addressOf(*port)), std::system_error) << "the port is closed, too";
  port->stopListening();
}

TEST_P(ReactorListening, TellsItsFactoryOnceThatItHasStopped) {
  class Counting : public TestServerFactory {
   public:
    void stopFactory() override { ++stopped; }
    int stopped = 0;
  };
  const auto counting = std::make_shared<Counting>();
  const auto port = reactor_->listenTCP({}, counting);
  EXPECT_EQ(counting->stopped, 0);
  port->stopListening();
  port->stopListening();
  EXPECT_EQ(counting->stopped, 1);
}

TEST_P(ReactorListening, LetsGoOfItsFactoryWhenItHasStopped) {
  const std::weak_ptr<Factory> factory = factory_;
  auto port = listen();
  port->stopListening();
  factory_.reset();
  port.reset();
  EXPECT_TRUE(factory.expired());
}

// ---- what may go wrong -------------------------------------------------------------------------

TEST_P(ReactorListening, GoesOnWhenAFactoryCanNotBuildAProtocol) {
  class Helpless : public Factory {
   public:
    std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
      if (++calls == 1) throw std::runtime_error("I have no protocol");
      return std::make_unique<TestProtocol>(second);
    }
    int calls = 0;
    Conversation second;
  };
  const auto helpless = std::make_shared<Helpless>();
  helpless->second.onMade = sayVerse;
  const auto port = reactor_->listenTCP({}, helpless);
  Conversation one, two;
  one.onLost = [&] { connect(addressOf(*port), two); };
  two.onLost = stopAfter(1);
  connect(addressOf(*port), one);
  run();
  EXPECT_EQ(two.received, "Roses");
  ASSERT_EQ(log_.size(), 1u);
  EXPECT_EQ(log_[0],
            "unhandled error in the port " + toString(addressOf(*port)) + ": I have no protocol");
}

TEST_P(ReactorListening, GoesOnWhenAClientHasGoneBeforeItWasTaken) {
  factory_->like.onMade = sayVerse;
  const auto port = listen();
  {
    const UniqueFd gone = visit(addressOf(*port));
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(gone.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(addressOf(*port), conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
}

// Uses up all descriptors, for as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{200, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) all_.emplace_back(fd);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

  void giveOneBack() { all_.pop_back(); }

 private:
  rlimit before_{};
  std::vector<UniqueFd> all_;
};

// How often the loop goes round.
class TurnCounter : public LoopObserver {
 public:
  void waiting() override { ++count; }
  void woken() override {}
  void calling(const Handler&) override {}
  void called(const Handler&) override {}

  int count = 0;
};

TEST_P(ReactorListening, SaysThatDescriptorsHaveRunOutAndLetsClientsWait) {
  factory_->like.onMade = sayVerse;
  const auto port = listen();
  const UniqueFd one = visit(addressOf(*port)), two = visit(addressOf(*port));
  auto none = std::make_optional<NoDescriptors>();
  const auto turns = std::make_shared<TurnCounter>();
  reactor_->addObserver(turns);
  reactor_->callLater(250ms, [&] {
    EXPECT_TRUE(factory_->conversations.empty());
    EXPECT_EQ(log_.size(), 1u) << "three tries, and one line";
    none.reset();
  });
  reactor_->callLater(450ms, [&] { reactor_->stop(); });
  run();
  EXPECT_EQ(hear(one) + hear(two), "RosesRoses");
  EXPECT_LT(turns->count, 100) << "it does not spin";
  ASSERT_EQ(log_.size(), 1u);
  EXPECT_EQ(log_[0], "the port " + toString(addressOf(*port)) +
                         ": accept: Too many open files; clients wait until somebody has gone");
}

TEST_P(ReactorListening, SaysThatOnceAlsoIfOneOfThemGetsIn) {
  // It stays, and the next one is tried before the reactor stops.
  factory_->like.onMade = [&](Transport&) { reactor_->callLater(0s, [&] { reactor_->stop(); }); };
  const auto port = listen();
  const UniqueFd one = visit(addressOf(*port)), two = visit(addressOf(*port));
  NoDescriptors none;
  reactor_->callLater(50ms, [&] {
    EXPECT_TRUE(factory_->conversations.empty());
    EXPECT_EQ(log_.size(), 1u);
    none.giveOneBack();
  });
  run();
  EXPECT_EQ(factory_->conversations.size(), 1u);
  EXPECT_EQ(log_.size(), 1u);
}

TEST_P(ReactorListening, CanStopWhileItRests) {
  const auto port = listen();
  const UniqueFd client = visit(addressOf(*port));
  const NoDescriptors none;
  reactor_->callLater(30ms, [&] { port->stopListening(); });
  reactor_->callLater(150ms, [&] { reactor_->stop(); });
  run();
  EXPECT_EQ(log_.size(), 1u);
  EXPECT_TRUE(factory_->conversations.empty());
}

}  // namespace

}  // namespace poetry::testing
