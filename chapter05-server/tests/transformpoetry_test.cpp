// Runs the real transformpoetry, and is its clients, the bad ones too.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/server_program.h"

namespace poetry::testing {
namespace {

std::string netstring(const std::string& message) {
  return fmt::format("{}:{},", message.size(), message);
}

class Transformpoetry : public ::testing::Test {
 protected:
  // All that a new client gets for this, until the server closes.
  std::string answersTo(const std::string& bytes) const {
    const ClientSocket client(server_.address());
    client.send(bytes);
    client.endSending();
    return client.readToTheEnd();
  }

  // The server is as it was.
  void expectThatItStillServes() const {
    EXPECT_EQ(answersTo(netstring("shout.Roses")), "5:ROSES,");
  }

  ServerProgram server_{"transformpoetry", {}};
};

TEST_F(Transformpoetry, TransformsAPoem) {
  EXPECT_EQ(answersTo("17:cummingsify.Roses,"), "5:roses,");
  EXPECT_EQ(answersTo(netstring("reverse-lines.a\nb\n")), "4:b\na\n,");
  EXPECT_EQ(answersTo(netstring("rot13.Roses")), "5:Ebfrf,");
}

TEST_F(Transformpoetry, AnswersManyRequestsOnOneConnectionInTheirOrder) {
  const ClientSocket client(server_.address());
  client.send("17:cummingsify.Roses,");
  EXPECT_EQ(client.read(8), "5:roses,");
  client.send(netstring("shout.a") + netstring("shout.b.c") + netstring("shout."));
  EXPECT_EQ(client.read(4 + 6 + 3), "1:A,3:B.C,0:,");
}

TEST_F(Transformpoetry, TakesARequestOfOneByteAtATime) {
  const ClientSocket client(server_.address());
  for (const char byte : netstring("shout.Roses")) client.send(std::string(1, byte));
  EXPECT_EQ(client.read(8), "5:ROSES,");
}

TEST_F(Transformpoetry, TransformsALargePoemForAClientThatHasClosedItsHalf) {
  const std::string poem(8'000'000, 'v');
  EXPECT_TRUE(answersTo(netstring("shout." + poem)) == netstring(std::string(poem.size(), 'V')));
}

TEST_F(Transformpoetry, ServesAllAtOnce) {
  std::vector<ClientSocket> clients;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back(server_.address());
    clients.back().send("17:cummingsify");  // and there it stops, for now
  }
  for (const ClientSocket& client : clients) client.send(".Roses,");
  for (const ClientSocket& client : clients) EXPECT_EQ(client.read(8), "5:roses,");
}

// ---- what is wrong -----------------------------------------------------------------------------

TEST_F(Transformpoetry, ClosesAfterTheAnswersBeforeATransformThatItDoesNotKnow) {
  const ClientSocket client(server_.address());
  client.send(netstring("shout.a") + netstring("sonnet.b") + netstring("shout.c"));
  EXPECT_EQ(client.readToTheEnd(), "1:A,");
  expectThatItStillServes();
  EXPECT_TRUE(server_.waitForOutput(": no such transform\n"));
}

TEST_F(Transformpoetry, ClosesWhenThereIsNoDot) {
  EXPECT_EQ(answersTo(netstring("cummingsify Roses")), "");
  EXPECT_TRUE(server_.waitForOutput(": a request is a transform, a dot and a poem\n"));
}

TEST_F(Transformpoetry, BreaksOffWhatIsNoNetstring) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"cummingsify.Roses\n", "no length"},
      {"GET / HTTP/1.1\r\n\r\n", "no length"},
      {"017:cummingsify.Roses,", "no length"},
      {"-1:a,", "no length"},
      {"16:cummingsify.Roses,", "no comma"},
      {"17:cummingsify.Roses\n", "no comma"},
      {"10000001:", "too long"},
      {"99999999999999999999", "too long"},
  };
  for (const auto& [bytes, why] : cases) {
    const ClientSocket client(server_.address());
    client.send(bytes);
    EXPECT_EQ(client.readToTheEnd(), kBroken) << bytes;
    EXPECT_TRUE(server_.waitForOutput(": not a netstring: " + why + "\n")) << bytes;
  }
  expectThatItStillServes();
}

TEST_F(Transformpoetry, HoldsNobodyUpWhenAClientSendsGarbage) {
  const ClientSocket good(server_.address());
  good.send("11:shout.");
  {
    const ClientSocket bad(server_.address());
    bad.send(std::string(100'000, '?'));
  }
  good.send("Roses,");
  EXPECT_EQ(good.read(8), "5:ROSES,");
}

TEST_F(Transformpoetry, GoesOnWhenAClientVanishesInTheMiddleOfItsRequest) {
  ClientSocket resets(server_.address()), closes(server_.address());
  resets.send("17:cumm");
  resets.reset();
  closes.send("17:cumm");
  closes.close();
  expectThatItStillServes();
}

// It would have to keep some 400 MB of answers.
TEST_F(Transformpoetry, DoesNotKeepAnswersForWhoNeverReadsThem) {
  const ClientSocket greedy(server_.address());
  const std::string request = netstring("shout." + std::string(1'000'000, 'v'));
  const timeval soon{.tv_sec = 0, .tv_usec = 300'000};
  greedy.setSendLimit(soon);
  int sent = 0;
  while (sent < 400 && greedy.send(request)) ++sent;
  EXPECT_LT(sent, 100) << "it goes on to read";
  expectThatItStillServes();
}

// ---- its arguments, its end --------------------------------------------------------------------

TEST_F(Transformpoetry, SaysWhatItServes) {
  EXPECT_EQ(linesOf(server_.stop().out).at(0),
            fmt::format("Serving transforms on port {}.", server_.address().port));
}

// Clients that only think of what to ask next do not hold it up.
TEST(TransformpoetryStops, AtOnceThoughClientsAreConnected) {
  for (const int signal : {SIGINT, SIGTERM}) {
    ServerProgram server("transformpoetry", {"--grace", "3600"});
    const ClientSocket idle(server.address()), asks(server.address());
    asks.send(netstring("shout.Roses"));
    EXPECT_EQ(asks.read(8), "5:ROSES,");
    const Outcome outcome = server.stop(signal);
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(asks.readToTheEnd(), "");
    EXPECT_EQ(idle.readToTheEnd(), "");
  }
}

TEST(TransformpoetryStops, WhenAnAnswerUnderWayIsOut) {
  ServerProgram server("transformpoetry", {"--grace", "3600"});
  const ClientSocket client(server.address());
  const std::string poem(8'000'000, 'v');
  client.send(netstring("shout." + poem));
  const std::string beginning = client.read(1);  // it has begun to answer
  server.signal(SIGTERM);
  ASSERT_TRUE(server.waitForOutput("Stopping"));
  EXPECT_TRUE(beginning + client.readToTheEnd() == netstring(std::string(poem.size(), 'V')));
  EXPECT_EQ(server.wait().exitCode, 0);
}

}  // namespace
}  // namespace poetry::testing
