// How to test a protocol without a socket and without waiting: a StringTransport is the connection,
// and a Clock the time.

#include "net/protocol.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "reactor/errors.h"
#include "tests/support/clock.h"
#include "tests/support/string_transport.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

// The protocol under test: greets, repeats every line, and breaks off when nothing comes for a
// minute. It closes at "bye".
class Parrot : public Protocol {
 public:
  explicit Parrot(ReactorTime& time) : time_(time) {}

  void connectionMade() override {
    transport().write("Hello!\n");
    patience_ = time_.callLater(1min, [this] { transport().abortConnection(); });
  }

  void dataReceived(std::string_view bytes) override {
    patience_.reset(1min);
    line_ += bytes;
    for (std::size_t end = 0; (end = line_.find('\n')) != std::string::npos;) {
      const std::string line = line_.substr(0, end);
      line_.erase(0, end + 1);
      if (line == "bye") return transport().loseConnection();
      transport().write(line + "\n");
    }
  }

  void connectionLost(const Failure& reason) override {
    if (patience_.active()) patience_.cancel();
    endedWell = reason.check<ConnectionDone>();
  }

  std::optional<bool> endedWell;

 private:
  ReactorTime& time_;
  DelayedCall patience_;
  std::string line_;
};

class ParrotTest : public ::testing::Test {
 protected:
  ParrotTest() { parrot_.makeConnection(transport_); }

  Clock clock_;
  StringTransport transport_;
  Parrot parrot_{clock_};
};

TEST_F(ParrotTest, GreetsWhenTheConnectionIsMade) {
  EXPECT_EQ(transport_.written(), "Hello!\n");
}

TEST_F(ParrotTest, RepeatsLinesHoweverTheyAreCut) {
  transport_.clear();
  for (const char* piece : {"Po", "lly\nwants", " a cracker", "\n"}) parrot_.dataReceived(piece);
  EXPECT_EQ(transport_.written(), "Polly\nwants a cracker\n");
}

TEST_F(ParrotTest, ClosesAtTheEndOfTheConversation) {
  parrot_.dataReceived("bye\nnot heard any more\n");
  EXPECT_EQ(transport_.state(), StringTransport::State::kDisconnecting);
  EXPECT_EQ(transport_.written(), "Hello!\n");
  parrot_.connectionLost(Failure::of(ConnectionDone()));
  EXPECT_TRUE(parrot_.endedWell.value());
  EXPECT_EQ(clock_.pending(), 0u);
}

TEST_F(ParrotTest, LosesItsPatienceAfterAMinuteOfSilenceAndNotBefore) {
  clock_.advance(59s);
  parrot_.dataReceived("still here");
  clock_.advance(59s);
  EXPECT_EQ(transport_.state(), StringTransport::State::kOpen);
  clock_.advance(1s);
  EXPECT_EQ(transport_.state(), StringTransport::State::kAborted);
}

TEST(Clock, MakesCallsAtTheirOwnTimeAlsoThoseThatAreAskedForMeanwhile) {
  Clock clock;
  std::string order;
  clock.callLater(2s, [&] { order += 'c'; });
  clock.callLater(1s, [&] {
    order += 'a';
    EXPECT_EQ(clock.elapsed(), 1s);
    clock.callLater(500ms, [&] { order += 'b'; });
    clock.callLater(5s, [&] { order += 'd'; });
  });
  clock.advance(500ms);
  EXPECT_EQ(order, "");
  clock.advance(2s);
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(clock.pending(), 1u);
}

TEST(StringTransport, TakesNothingAfterItWasLost) {
  StringTransport transport;
  transport.write("one");
  transport.loseConnection();
  transport.write("two");
  EXPECT_EQ(transport.written(), "one");
  transport.pauseProducing();
  EXPECT_FALSE(transport.producing());
}

TEST(Failure, KnowsItsErrorAndThoseThatItDerivesFrom) {
  const Failure failure = Failure::of(ConnectTimeoutError("too late"));
  EXPECT_TRUE(failure.check<ConnectTimeoutError>());
  EXPECT_TRUE(failure.check<ConnectError>());
  EXPECT_FALSE(failure.check<ConnectionLost>());
  EXPECT_EQ(failure.message(), "too late");
  EXPECT_THROW(failure.raise(), ConnectTimeoutError);
}

TEST(Failure, KeepsWhatWasThrownWhateverItIs) {
  try {
    throw std::string("a string");
  } catch (...) {
    const Failure failure = Failure::current();
    EXPECT_FALSE(failure.check<std::exception>());
    EXPECT_THROW(failure.raise(), std::string);
  }
  try {
    throw ConnectionLost("gone");
  } catch (...) {
    const Failure failure = Failure::current();
    EXPECT_TRUE(failure.check<ConnectionLost>());
    EXPECT_EQ(failure.message(), "gone");
  }
}

}  // namespace
}  // namespace poetry::testing
