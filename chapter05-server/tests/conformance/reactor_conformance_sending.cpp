// The conformance suite, part five: how a server's connections send, and how they end.

#include <sys/socket.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "common/syscall.h"
#include "common/unique_fd.h"
#include "reactor/errors.h"
#include "tests/conformance/reactor_conformance_listening.h"
#ifdef __linux__
#include <linux/tcp.h>
#endif

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

TEST_P(ReactorListening, SendsWithinWrite) {
  factory_->like.onMade = [&](Transport& transport) {
    transport.write("Roses");
    reactor_->stop();  // the loop does nothing more after this
  };
  const auto port = listen();
  const UniqueFd client = visit(addressOf(*port));
  run();
  std::array<char, 5> verse;
  EXPECT_EQ(::recv(client.get(), verse.data(), verse.size(), 0), 5);
}

TEST_P(ReactorListening, EndsAConnectionInConnectionMadeWhenAllIsOut) {
  factory_->like.onMade = [&](Transport& transport) {
    sayVerse(transport);
    EXPECT_TRUE(factory_->conversations[0].lost.empty()) << "not from within the call";
    reactor_->callWhenRunning([&] {
      EXPECT_EQ(factory_->conversations[0].lost.size(), 1u) << "but as soon as it has returned";
      reactor_->stop();
    });
  };
  const auto port = listen();
  const UniqueFd client = visit(addressOf(*port));
  run();
  EXPECT_EQ(hear(client), "Roses");
}

#ifdef __linux__
// How many packets of the other side this socket has seen.
std::uint32_t packetsSeenBy(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  checked(::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size), "getsockopt TCP_INFO");
  return info.tcpi_segs_in;
}

TEST_P(ReactorListening, SendsAPoemAndItsEndInOnePacket) {
  factory_->like.onMade = sayVerse;
  factory_->like.onLost = [&] { reactor_->stop(); };
  const auto port = listen();
  const UniqueFd client = visit(addressOf(*port));
  const std::uint32_t before = packetsSeenBy(client.get());
  run();
  EXPECT_EQ(hear(client), "Roses");
  EXPECT_EQ(packetsSeenBy(client.get()), before + 1);
}
#endif

TEST_P(ReactorListening, SendsAPoemThatIsTooLargeForTheKernel) {
  const std::string poem(8'000'000, 'v');
  factory_->like.onMade = [&](Transport& transport) {
    transport.write(poem);
    transport.loseConnection();
  };
  Conversation conversation;
  conversation.onLost = stopAfter(1);
  connect(addressOf(*listen()), conversation);
  run();
  EXPECT_TRUE(conversation.received == poem);
}

// It has asked, closed its own half, and reads little by little.
class HalfClosed {
 public:
  HalfClosed(const Address& address, std::size_t bytes) : wanted(bytes), socket_(visit(address)) {
    const std::string request = std::to_string(bytes);
    EXPECT_GT(::send(socket_.get(), request.data(), request.size(), 0), 0);
    ::shutdown(socket_.get(), SHUT_WR);
    setNonBlocking(socket_.get());
  }

  // False when all is there.
  bool readSome() {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) received += static_cast<std::size_t>(count);
    return count != 0;
  }

  std::size_t wanted;
  std::size_t received = 0;

 private:
  UniqueFd socket_;
};

// How much the kernel takes at once is not known. So there is a client for each step of 200 kB, and
// for one of them there is just a little left when the server sees the end of its half.
TEST_P(ReactorListening, AnswersAClientThatHasClosedItsOwnHalf) {
  factory_->like.onData = [&](Transport& transport, std::string_view bytes) {
    transport.write(std::string(std::stoul(std::string(bytes)), 'v'));
  };
  const auto port = listen();
  std::vector<HalfClosed> clients;
  for (std::size_t step = 1; step <= 30; ++step) {
    clients.emplace_back(addressOf(*port), step * 200'000);
  }
  const std::function<void()> readOn = [&] {
    bool more = false;
    for (HalfClosed& client : clients) more = client.readSome() || more;
    if (!more) return reactor_->stop();
    reactor_->callLater(0ms, readOn);
  };
  reactor_->callLater(20ms, readOn);
  run();
  for (const HalfClosed& client : clients) EXPECT_EQ(client.received, client.wanted);
  for (const Conversation& conversation : factory_->conversations) {
    ASSERT_EQ(conversation.lost.size(), 1u);
    EXPECT_TRUE(conversation.lost[0].check<ConnectionDone>());
  }
}

TEST_P(ReactorListening, DoesNotReadFromWhoDoesNotReadFromIt) {
  std::size_t asked = 0;
  const std::string answer(100'000, 'v');
  factory_->like.onData = [&](Transport& transport, std::string_view bytes) {
    asked += bytes.size();
    for (std::size_t i = 0; i < bytes.size() / 1000; ++i) transport.write(answer);
  };
  const auto port = listen();
  Conversation client;
  client.onMade = [&](Transport& transport) {
    transport.pauseProducing();
    transport.write(std::string(4'000'000, '?'));  // which asks for 400 MB
  };
  connect(addressOf(*port), client);
  reactor_->callLater(200ms, [&] { reactor_->stop(); });
  run();
  EXPECT_GT(asked, 0u);
  EXPECT_LT(asked, 1'000'000u);
}

TEST_P(ReactorListening, ReportsAClientThatHasGoneWhileItSends) {
  factory_->like.onLost = [&] { reactor_->stop(); };
  factory_->like.onMade = [&](Transport& transport) {
    transport.pauseProducing();  // so that only sending can notice
    reactor_->callLater(10ms, [&] {
      for (int times = 0; times < 3; ++times) transport.write("Roses");
      EXPECT_TRUE(factory_->conversations[0].lost.empty()) << "not from within the call";
    });
  };
  const auto port = listen();
  {
    const UniqueFd gone = visit(addressOf(*port));
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(gone.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  run();
  const Conversation& conversation = factory_->conversations[0];
  ASSERT_EQ(conversation.lost.size(), 1u);
  EXPECT_EQ(conversation.lost[0].message(),
            "send to " + factory_->peers[0] + ": Connection reset by peer");
}

}  // namespace

}  // namespace poetry::testing
