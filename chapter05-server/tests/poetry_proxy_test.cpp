// Runs the real proxies between scripted origins and clients of ours.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/testing/scripted_server.h"
#include "tests/support/server_program.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;

const std::string kPoem = "Roses are red,\nviolets are blue.\n";

class ProxyTest {
 protected:
  std::unique_ptr<ServerProgram> start(const std::string& name, const Address& origin,
                                       Arguments arguments = {}) const {
    arguments.push_back(toString(origin));
    return std::make_unique<ServerProgram>(name, arguments);
  }

  ScriptedServers origins_;
};

// ---- every step --------------------------------------------------------------------------------

class EveryProxy : public ::testing::TestWithParam<const char*>, protected ProxyTest {
 protected:
  std::unique_ptr<ServerProgram> start(const Address& origin, const Arguments& arguments = {}) {
    return ProxyTest::start(GetParam(), origin, arguments);
  }
};

TEST_P(EveryProxy, FetchesThePoemOnceAndServesIt) {
  const Address origin = origins_.add(inPieces(kPoem, 5, 1ms));
  const auto proxy = start(origin);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kPoem);
  EXPECT_EQ(origins_.eventsOf(origin).accepted, 1);
  const Outcome outcome = proxy->stop();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(linesOf(outcome.out).at(0), fmt::format("Serving poetry from {} on port {}.",
                                                    toString(origin), proxy->address().port));
}

TEST_P(EveryProxy, BreaksOffIfTheOriginIsDown) {
  const RefusingPort down;
  const auto proxy = start(down.address());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kBroken);
  const std::string line = fmt::format("can not fetch the poem: connect {}: Connection refused\n",
                                       toString(down.address()));
  EXPECT_EQ(proxy->stop().err, line + line);
}

TEST_P(EveryProxy, BreaksOffIfTheOriginSaysNothingForTooLong) {
  const auto proxy = start(origins_.add({Silence{}}), {"--timeout", "0.1"});
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kBroken);
  EXPECT_EQ(proxy->stop().err, "can not fetch the poem: no result within 0.1 s\n");
}

TEST_P(EveryProxy, DoesNotTakeATornPoemForAPoem) {
  const Address origin = origins_.add({Send{"Roses"}, Pause{10ms}, Reset{}});
  const auto proxy = start(origin);
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kBroken);
  EXPECT_EQ(proxy->stop().err,
            fmt::format("can not fetch the poem: recv from {}: Connection reset by peer\n",
                        toString(origin)));
}

TEST_P(EveryProxy, CancelsTheFetchWhenTheClientHasGone) {
  const Address origin = origins_.add({Send{"Roses"}, Silence{}});
  const auto proxy = start(origin);
  ClientSocket client(proxy->address());
  ASSERT_TRUE(origins_.waitForSent(origin, 5, 10s));
  client.close();
  EXPECT_TRUE(origins_.waitForOver(origin, 1, 10s));
  EXPECT_EQ(proxy->stop().err, "");
}

TEST_P(EveryProxy, BreaksOffWhoClosesTheirHalfBeforeThePoemIsThere) {
  const auto proxy = start(origins_.add({Silence{}}));
  const ClientSocket client(proxy->address());
  client.endSending();
  EXPECT_EQ(client.readToTheEnd(), kBroken) << "an orderly end would be a poem of 0 bytes";
}

TEST_P(EveryProxy, EndsOnASignalThoughItStillWaitsForAPoem) {
  const Address origin = origins_.add({Silence{}});
  const auto proxy = start(origin, {"--grace", "0.05"});
  const ClientSocket client(proxy->address());
  ASSERT_TRUE(origins_.waitForAccepted(origin, 1, 10s));
  EXPECT_EQ(proxy->stop().exitCode, 0);
  EXPECT_EQ(client.readToTheEnd(), kBroken);
}

TEST_P(EveryProxy, SaysWhichArgumentIsWrong) {
  const std::vector<std::pair<Arguments, std::string>> cases = {
      {{}, "whose poem?"},
      {{"10000", "10001"}, "10001"},
      {{"nonsense"}, "nonsense"},
      {{"10000", "--timeout", "-1"}, "-1"},
  };
  for (const auto& [arguments, said] : cases) {
    const Outcome outcome = run(ServerProgram::commandFor(GetParam(), arguments));
    EXPECT_EQ(outcome.exitCode, 2) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  }
}

const auto kNameOfProxy = [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
};

INSTANTIATE_TEST_SUITE_P(Chapter05, EveryProxy,
                         ::testing::Values("poetry-proxy-1", "poetry-proxy-2", "poetry-proxy"),
                         kNameOfProxy);

// ---- what only the last one can ----------------------------------------------------------------

class Proxy : public ::testing::Test, protected ProxyTest {
 protected:
  int acceptedBy(const Address& origin) const { return origins_.eventsOf(origin).accepted; }
};

TEST_F(Proxy, FetchesOnceForManyWhoAskAtTheSameTime) {
  const Address origin = origins_.add({Silence{}, Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin);
  std::vector<ClientSocket> clients;
  for (int i = 0; i < 300; ++i) clients.emplace_back(proxy->address());
  origins_.release(origin);
  for (const ClientSocket& client : clients) EXPECT_EQ(client.readToTheEnd(), kPoem);
  EXPECT_EQ(acceptedBy(origin), 1);
}

// The steps before it fetch for each: the same scene, another outcome.
TEST_F(Proxy, IsBetterInThatThanTheStepsBeforeIt) {
  for (const char* step : {"poetry-proxy-1", "poetry-proxy-2"}) {
    const Address origin = origins_.add({Silence{}, Send{kPoem}});
    const auto proxy = start(step, origin);
    const ClientSocket one(proxy->address()), two(proxy->address());
    EXPECT_TRUE(origins_.waitForAccepted(origin, 2, 10s)) << step;
    origins_.release(origin);
    EXPECT_EQ(one.readToTheEnd() + two.readToTheEnd(), kPoem + kPoem);
  }
}

TEST_F(Proxy, AsksTheOriginAgainAfterAnError) {
  const Address origin = origins_.add({Silence{}, Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin, {"--timeout", "0.2"});
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kBroken);
  origins_.release(origin);
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kPoem);
  EXPECT_EQ(acceptedBy(origin), 2);
}

TEST_F(Proxy, TellsAllWhoWaitOfOneError) {
  const Address origin = origins_.add({Silence{}, Reset{}});
  const auto proxy = start("poetry-proxy", origin);
  const ClientSocket one(proxy->address()), two(proxy->address());
  ASSERT_TRUE(origins_.waitForAccepted(origin, 1, 10s));
  origins_.release(origin);
  EXPECT_EQ(one.readToTheEnd(), kBroken);
  EXPECT_EQ(two.readToTheEnd(), kBroken);
}

TEST_F(Proxy, FetchesAgainWhenThePoemIsOld) {
  const Address origin = origins_.add({Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin, {"--ttl", "0"});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kPoem);
  EXPECT_EQ(acceptedBy(origin), 3);
}

TEST_F(Proxy, TakesAnAgeInSeconds) {
  const Outcome outcome =
      run(ServerProgram::commandFor("poetry-proxy", {"10000", "--ttl", "soon"}));
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_NE(outcome.err.find("soon"), std::string::npos) << outcome.err;
}

TEST_F(Proxy, ServesAnOldPoemWhileTheOriginIsDown) {
  auto origins = std::make_unique<ScriptedServers>();
  const Address origin = origins->add({Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin, {"--ttl", "0"});
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kPoem);
  origins.reset();
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kPoem);
  EXPECT_EQ(
      proxy->stop().err,
      fmt::format("can not fetch the poem: connect {}: Connection refused\n", toString(origin)));
}

TEST_F(Proxy, GoesOnFetchingForOneWhenAnotherHasGone) {
  const Address origin = origins_.add({Silence{}, Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin);
  ClientSocket goes(proxy->address());
  const ClientSocket stays(proxy->address());
  ASSERT_TRUE(proxy->waitForOutput(stays.name() + " wants poetry!\n"));
  ASSERT_TRUE(origins_.waitForAccepted(origin, 1, 10s));
  goes.reset();
  origins_.release(origin);
  EXPECT_EQ(stays.readToTheEnd(), kPoem);
  EXPECT_EQ(acceptedBy(origin), 1);
}

TEST_F(Proxy, EndsWhenThePoemIsServedThatItWaitedForWhenItWasStopped) {
  const Address origin = origins_.add({Silence{}, Send{kPoem}});
  const auto proxy = start("poetry-proxy", origin, {"--grace", "3600"});
  const ClientSocket client(proxy->address());
  ASSERT_TRUE(origins_.waitForAccepted(origin, 1, 10s));
  proxy->signal(SIGTERM);
  ASSERT_TRUE(proxy->waitForOutput("Stopping"));
  origins_.release(origin);
  EXPECT_EQ(client.readToTheEnd(), kPoem);
  EXPECT_EQ(proxy->wait().exitCode, 0);
}

TEST_F(Proxy, DoesNotSwallowAPoemWithoutAnEnd) {
  const auto proxy = start("poetry-proxy", origins_.add({SendForever{}}));
  EXPECT_EQ(ClientSocket(proxy->address()).readToTheEnd(), kBroken);
  EXPECT_NE(proxy->stop().err.find(" sends more than 100000000 bytes\n"), std::string::npos);
}

TEST_F(Proxy, ServesAProxy) {
  const Address origin = origins_.add({Send{kPoem}});
  const auto first = start("poetry-proxy", origin);
  const auto second = start("poetry-proxy", first->address());
  EXPECT_EQ(ClientSocket(second->address()).readToTheEnd(), kPoem);
}

}  // namespace
}  // namespace poetry::testing
