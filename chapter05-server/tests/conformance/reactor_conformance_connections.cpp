// The conformance suite, part three: connectTCP, and the life and death of connections.

#include <dirent.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

#include "reactor/errors.h"
#include "tests/conformance/descriptors.h"
#include "tests/conformance/reactor_conformance.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

// A server, in a thread of its own, that accepts one client.
class Peer {
 public:
  // `talk` gets the accepted socket, which blocks. What it returns is the result.
  explicit Peer(const std::function<std::string(int socket)>& talk)
      : listener_(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket")) {
    const Endpoint any = resolve({kLoopback, 0}).front();
    checked(::bind(listener_.get(), any.data(), any.size()), "bind");
    checked(::listen(listener_.get(), 1), "listen");
    address_ = {kLoopback, localEndpoint(listener_.get()).port()};
    result_ = std::async(std::launch::async, [this, talk] {
      const UniqueFd socket(checked(::accept(listener_.get(), nullptr, nullptr), "accept"));
      return talk(socket.get());
    });
  }

  const Address& address() const { return address_; }
  std::string result() { return result_.get(); }

 private:
  UniqueFd listener_;
  Address address_;
  std::future<std::string> result_;
};

std::string readToTheEnd(int socket) {
  std::string all;
  std::array<char, 65536> buffer;
  ssize_t count = 0;
  while ((count = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) {
    all.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return count == 0 ? all : "broken after " + std::to_string(all.size());
}

// ---- connecting --------------------------------------------------------------------------------

TEST_P(ReactorConnections, ReceivesUntilTheOtherSideCloses) {
  const Address server = servers_.add({Send{"Roses are "}, Pause{2ms}, Send{"red"}});
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  conversation.onMade = [&](Transport& transport) {
    EXPECT_EQ(toString(transport.peer()), toString(server));
  };
  connect(server, conversation);
  EXPECT_EQ(conversation.made, 0) << "nothing happens before the loop runs";
  run();
  EXPECT_EQ(conversation.made, 1);
  EXPECT_EQ(conversation.received, "Roses are red");
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_TRUE(conversation.lost[0].check<ConnectionDone>());
}

TEST_P(ReactorConnections, TellsABrokenConnectionFromOneThatEnded) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}, Reset{}});
  Conversation conversation;
  // A reset throws away what was not yet read, so it waits until everything is.
  conversation.onData = [&](Transport&, std::string_view) { servers_.release(server); };
  conversation.onLost = stopAfter(1);
  connect(server, conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_TRUE(conversation.lost[0].check<ConnectionLost>());
  EXPECT_EQ(conversation.lost[0].message(),
            "recv from " + toString(server) + ": Connection reset by peer");
}

TEST_P(ReactorConnections, SaysWhyThereIsNoConnection) {
  const RefusingPort refusing;
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(refusing.address(), conversation);
  run();
  EXPECT_EQ(conversation.made, 0);
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_TRUE(conversation.failed[0].check<ConnectError>());
  EXPECT_EQ(conversation.failed[0].message(),
            "connect " + toString(refusing.address()) + ": Connection refused");
}

TEST_P(ReactorConnections, GivesUpWhenNobodyAnswersInTime) {
  const FullPort full;
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(full.address(), conversation, 30ms);
  run();
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_TRUE(conversation.failed[0].check<ConnectTimeoutError>());
  EXPECT_EQ(conversation.failed[0].message(),
            "connect " + toString(full.address()) + ": no answer in 0.03 seconds");
}

TEST_P(ReactorConnections, LetsNobodyWaitForAConnectThatHangs) {
  const FullPort full;
  Conversation hanging, other;
  other.onLost = stopAfter(1);
  connect(full.address(), hanging);
  connect(servers_.add({Send{"Roses"}}), other);
  run();
  EXPECT_EQ(other.received, "Roses");
  ASSERT_EQ(hanging.failed.size(), 1u) << "it is told when the reactor stops";
}

TEST_P(ReactorConnections, SaysWhichNameItCanNotFind) {
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  // RFC 6761: a name under "invalid" never resolves. Whether we hear that from a name server or in
  // our own time limit depends on the machine.
  connect({"no-such-host.invalid", 1}, conversation, 10s);
  run();
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_TRUE(conversation.failed[0].check<ConnectError>());
  EXPECT_NE(conversation.failed[0].message().find("no-such-host.invalid"), std::string::npos);
}

TEST_P(ReactorConnections, ConnectsByName) {
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect({"localhost", servers_.add({Send{"Roses"}}).port}, conversation);
  run();
  EXPECT_EQ(conversation.received, "Roses");
}

TEST_P(ReactorConnections, FailsOneConnectionAndNothingElseWhenDescriptorsRunOut) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}, Send{" are red"}});
  Conversation early, late;
  std::vector<UniqueFd> all;
  early.onData = [&](Transport&, std::string_view bytes) {
    if (bytes != "Roses") return;
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) all.emplace_back(fd);
    connect(server, late);
  };
  late.onLost = [&] {
    all.clear();
    servers_.release(server);
  };
  early.onLost = stopAfter(1);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{200, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  connect(server, early);
  run();
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_EQ(late.failed.size(), 1u);
  EXPECT_EQ(late.failed[0].message(), "connect " + toString(server) + ": Too many open files");
  EXPECT_EQ(early.received, "Roses are red");
}

// ---- sending -----------------------------------------------------------------------------------

TEST_P(ReactorConnections, SendsAllThatWasWrittenBeforeItCloses) {
  std::string poem;
  while (poem.size() < 8'000'000) poem += "verse " + std::to_string(poem.size()) + "\n";
  Peer peer(readToTheEnd);
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  conversation.onMade = [&](Transport& transport) {
    // More than the kernel takes at once, in two pieces.
    transport.write(poem.substr(0, 1000));
    transport.write(poem.substr(1000));
    transport.loseConnection();
    transport.write("too late");
  };
  connect(peer.address(), conversation);
  run();
  EXPECT_TRUE(peer.result() == poem);
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_TRUE(conversation.lost[0].check<ConnectionDone>());
}

TEST_P(ReactorConnections, WritesInTheOrderInWhichItWasAsked) {
  Peer peer(readToTheEnd);
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  int verse = 0;
  std::function<void()> writeOne = [&] {
    conversation.transport->write(std::to_string(verse));
    if (++verse == 10) return conversation.transport->loseConnection();
    reactor_->callLater(0s, writeOne);
  };
  conversation.onMade = [&](Transport&) { writeOne(); };
  connect(peer.address(), conversation);
  run();
  EXPECT_EQ(peer.result(), "0123456789");
}

TEST_P(ReactorConnections, ReportsAPeerThatHasGoneWhileItSends) {
  Peer peer([](int socket) {
    char first = 0;
    EXPECT_EQ(::recv(socket, &first, 1, 0), 1);
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return std::string();
  });
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  conversation.onMade = [&](Transport& transport) {
    transport.pauseProducing();  // so that only sending can notice
    const std::string verses(8'000'000, 'v');
    for (int times = 0; times < 8; ++times) transport.write(verses);
  };
  connect(peer.address(), conversation);
  run();
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_TRUE(conversation.lost[0].check<ConnectionLost>());
  EXPECT_EQ(conversation.lost[0].message().find("send to "), 0u) << conversation.lost[0].message();
}

// ---- receiving ---------------------------------------------------------------------------------

TEST_P(ReactorConnections, ReceivesNothingWhileItIsPaused) {
  const Address server = servers_.add({SendForever{}});
  Conversation conversation;
  std::size_t whenPaused = 0;
  conversation.onData = [&](Transport& transport, std::string_view) {
    if (whenPaused != 0) return transport.abortConnection();  // it has gone on
    transport.pauseProducing();
    whenPaused = conversation.received.size();
    reactor_->callLater(30ms, [&] {
      EXPECT_EQ(conversation.received.size(), whenPaused);
      conversation.transport->resumeProducing();
    });
  };
  conversation.onLost = stopAfter(1);
  connect(server, conversation);
  run();
  EXPECT_GT(conversation.received.size(), whenPaused);
}

TEST_P(ReactorConnections, LetsAllHaveTheirTurnBesideASenderThatNeverStops) {
  Conversation greedy, modest;
  modest.onLost = stopAfter(1);
  connect(servers_.add({SendForever{}}), greedy);
  connect(servers_.add({Send{"Roses"}, Pause{20ms}}), modest);
  run();
  EXPECT_EQ(modest.received, "Roses");
}

// ---- the end -----------------------------------------------------------------------------------

TEST_P(ReactorConnections, BreaksAConnectionOffSoThatThePeerNotices) {
  Peer peer([](int socket) {
    const std::string first(1, 'x');
    writeAll(socket, first.data(), 1);
    return readToTheEnd(socket);
  });
  Conversation conversation;
  conversation.onData = [&](Transport& transport, std::string_view) {
    transport.abortConnection();
    transport.abortConnection();
    EXPECT_TRUE(conversation.lost.empty()) << "not from within the call";
  };
  conversation.onLost = stopAfter(1);
  connect(peer.address(), conversation);
  run();
  EXPECT_EQ(peer.result(), "broken after 0");
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_TRUE(conversation.lost[0].check<ConnectionLost>());
}

TEST_P(ReactorConnections, CanBeLostInAnyOfItsOwnCallbacks) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}});
  using Losing = void (*)(Transport&);
  const Losing lose = [](Transport& transport) { transport.loseConnection(); };
  const Losing abort = [](Transport& transport) { transport.abortConnection(); };
  const Losing both = [](Transport& transport) {
    transport.loseConnection();
    transport.abortConnection();
    transport.loseConnection();
    transport.resumeProducing();
    transport.write("too late");
  };
  std::vector<Conversation> conversations(6);
  std::size_t next = 0;
  for (const Losing how : {lose, abort, both}) {
    conversations[next++].onMade = how;
    conversations[next++].onData = [how](Transport& transport, std::string_view) {
      how(transport);
    };
  }
  const auto stopAfterAll = stopAfter(6);
  for (Conversation& conversation : conversations) {
    conversation.onLost = stopAfterAll;
    connect(server, conversation);
  }
  run();
  for (const Conversation& conversation : conversations) EXPECT_EQ(conversation.lost.size(), 1u);
}

TEST_P(ReactorConnections, CanBeClosedByAnotherOneInTheSameTurn) {
  const Address server = servers_.add({Silence{}, Send{"Roses"}, Silence{}});
  Conversation one, two;
  const auto abortOther = [](Conversation& other) {
    return [&other](Transport&, std::string_view) { other.transport->abortConnection(); };
  };
  one.onData = abortOther(two);
  two.onData = abortOther(one);
  one.onLost = two.onLost = stopAfter(1);
  connect(server, one);
  connect(server, two);
  // Both are made ready while the loop is held up, so they are ready in one turn.
  const std::function<void()> whenBothAreThere = [&] {
    if (one.made + two.made < 2) return void(reactor_->callLater(1ms, whenBothAreThere));
    servers_.release(server);
    EXPECT_TRUE(servers_.waitForSent(server, 10, 5s));
  };
  reactor_->callWhenRunning(whenBothAreThere);
  run();
  EXPECT_EQ(one.received + two.received, "Roses") << "whoever was first has closed the other";
  EXPECT_EQ(one.lost.size() + two.lost.size(), 2u) << "one aborted, one when the reactor stopped";
}

TEST_P(ReactorConnections, IsBrokenOffWhenItsProtocolThrows) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}});
  Conversation early, late;
  early.onMade = [](Transport&) { throw std::runtime_error("I am not ready"); };
  late.onData = [](Transport&, std::string_view) {
    throw std::runtime_error("I can not read this");
  };
  early.onLost = late.onLost = stopAfter(2);
  connect(server, early);
  connect(server, late);
  run();
  ASSERT_EQ(early.lost.size(), 1u);
  EXPECT_EQ(early.lost[0].message(), "I am not ready");
  ASSERT_EQ(late.lost.size(), 1u);
  EXPECT_EQ(late.lost[0].message(), "I can not read this");
}

TEST_P(ReactorConnections, IsBrokenOffWhenItsProtocolThrowsAfterItHasLetGo) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}});
  Conversation paused, closed;
  paused.onData = [](Transport& transport, std::string_view) {
    transport.pauseProducing();
    throw std::runtime_error("I can not go on");
  };
  closed.onData = [](Transport& transport, std::string_view) {
    transport.loseConnection();
    throw std::runtime_error("I can not go on");
  };
  paused.onLost = closed.onLost = stopAfter(2);
  connect(server, paused);
  connect(server, closed);
  run();
  for (const Conversation* each : {&paused, &closed}) {
    ASSERT_EQ(each->lost.size(), 1u);
    EXPECT_EQ(each->lost[0].message(), "I can not go on") << "and not: closed in order";
  }
}

TEST_P(ReactorConnections, ReceivesNoMoreAfterTheReactorWasStopped) {
  Conversation conversation;
  int calls = 0;
  conversation.onData = [&](Transport&, std::string_view) {
    if (++calls == 1) reactor_->stop();
  };
  const Address server = servers_.add({SendForever{}});
  connect(server, conversation);
  conversation.onMade = [&](Transport&) {  // so that there is much to read at once
    EXPECT_TRUE(servers_.waitForSent(server, 100'000, 5s));
  };
  run();
  EXPECT_EQ(calls, 1);
}

TEST_P(ReactorConnections, NeverIsIfItsFactoryCanNotBuildAProtocol) {
  class Helpless : public TestFactory {
   public:
    using TestFactory::TestFactory;
    std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
      throw std::runtime_error("I have no protocol");
    }
  };
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  reactor_->connectTCP(servers_.add({Silence{}}), std::make_shared<Helpless>(conversation));
  run();
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_EQ(conversation.failed[0].message(), "I have no protocol");
}

TEST_P(ReactorConnections, IsToldWhenTheReactorStops) {
  const Address server = servers_.add({Send{"Roses"}, Silence{}});
  Conversation conversation;
  conversation.onData = [&](Transport&, std::string_view) { reactor_->stop(); };
  connect(server, conversation);
  run();
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_EQ(conversation.lost[0].message(), "the reactor has stopped");
  EXPECT_TRUE(servers_.waitForOver(server, 1, 5s)) << "the socket is closed, too";
}

TEST_P(ReactorConnections, GoesInSilenceWithAReactorThatNeverRan) {
  // Those that would be told may be gone before the reactor.
  Conversation conversation;
  connect(servers_.add({}), conversation);
  reactor_.reset();
  EXPECT_TRUE(conversation.failed.empty());
}

TEST_P(ReactorConnections, TellsNobodyAfterTheEndWhenItIsAskedForAtTheVeryEnd) {
  const Address server = servers_.add({Silence{}});
  Conversation first, second;
  first.onMade = [&](Transport&) { reactor_->stop(); };
  first.onLost = [&] { connect(server, second); };
  connect(server, first);
  run();
  EXPECT_EQ(first.lost.size(), 1u);
  EXPECT_EQ(second.made, 0);
  const std::size_t told = second.failed.size();
  reactor_.reset();
  EXPECT_EQ(second.failed.size(), told);
}

TEST_P(ReactorConnections, TellsWhoeverWaitsForANameWhenItStops) {
  std::vector<std::string> failures;
  const auto resolved = [](const std::vector<Endpoint>&) { ADD_FAILURE() << "it has stopped"; };
  const auto notResolved = [&](const Failure& reason) { failures.push_back(reason.message()); };
  reactor_->callWhenRunning([&] {
    reactor_->resolve({"no-such-host.invalid", 1}, resolved, notResolved);
    reactor_->resolve({kLoopback, 1}, resolved, notResolved);
    reactor_->stop();
  });
  run();
  EXPECT_EQ(failures, std::vector<std::string>(2, "the reactor has stopped"));
}

int openDescriptors() {
  int count = 0;
  DIR* folder = ::opendir("/dev/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

TEST_P(ReactorConnections, LeavesNoDescriptorBehind) {
  reactor_.reset();
  const int before = openDescriptors();
  {
    ScriptedServers servers;
    const Address server = servers.add({Send{"Roses"}});
    const Address silent = servers.add({Silence{}});
    const FullPort full;
    const RefusingPort refusing;
    std::vector<Conversation> conversations(6);
    reactor_ = GetParam().make(nullptr);
    std::size_t next = 0;
    const auto stopAfterThree = stopAfter(3);
    for (const Address& address : {server, silent, full.address(), refusing.address(),
                                   Address{"localhost", server.port}, silent}) {
      conversations[next].onLost = stopAfterThree;
      connect(address, conversations[next++]);
    }
    run();
    reactor_.reset();
  }
  // A thread that still looks a name up has its own end of the mailbox, for a moment.
  const auto deadline = std::chrono::steady_clock::now() + 5s;
  while (openDescriptors() > before && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_LE(openDescriptors(), before);  // such a thread of an earlier test may have gone, too
}

}  // namespace

}  // namespace poetry::testing
