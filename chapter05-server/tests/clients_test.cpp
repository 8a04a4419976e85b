// Puts this chapter's client under the black-box suite, with what the chapter claims of it, and
// tests what is new in it.

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "common/testing/client_suite.h"
#include "common/testing/running_program.h"
#include "common/testing/saved_poems.h"
#include "common/testing/scripted_server.h"

namespace poetry::testing {

// No warnings: a test machine that is busy with other things may hold a handler up for a long time.
const std::string kNoWarnings = "--no-warnings";

// With libevent, a name server is asked; with select, a thread asks the system.
Client over(const std::string& reactor, const std::string& program) {
  return {.path = LAB_PROGRAMS "/" + program,
          .options = {"--reactor", reactor, kNoWarnings},
          .printsChunks = true,
          .hasLoop = true,
          .fetchesAtOnce = true,
          .looksUpAtOnce = true,
          .asksNameServer = reactor == "libevent",
          .stopsInOrder = true};
}

const std::vector<CrowdClient> kMany = {
    {.path = LAB_PROGRAMS "/get-poetry", .options = {kNoWarnings}, .mostServers = 10'000},
};

INSTANTIATE_TEST_SUITE_P(Chapter05, GetPoetry,
                         ::testing::Values(over("libevent", "get-poetry"),
                                           over("select", "get-poetry")),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter05, GetManyPoems, ::testing::ValuesIn(kMany), kNameOf);

namespace {

using namespace std::chrono_literals;

const std::string kPoem = "Roses are red,\nviolets are blue.\n";

std::vector<std::string> getPoetry(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{LAB_PROGRAMS "/get-poetry"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

TEST(GetPoetryLimit, HasNotMoreThanSoManyConnectionsAtOnce) {
  ScriptedServers servers;
  const Address server = servers.add({Silence{}, Send{kPoem}});
  const std::string name = toString(server);
  RunningProgram client(getPoetry({"--limit", "2", name, name, name, name, name}));
  ASSERT_TRUE(servers.waitForAccepted(server, 2, kSoon));
  EXPECT_FALSE(servers.waitForAccepted(server, 3, 200ms));
  servers.release(server);
  const Outcome outcome = client.wait();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("Got 5 poems in "), std::string::npos);
}

TEST(GetPoetryLimit, GoesOnToTheNextWhenAPoemFails) {
  ScriptedServers servers;
  const RefusingPort down;
  const std::string good = toString(servers.add({Send{kPoem}}));
  const std::string bad = toString(down.address());
  const Outcome outcome = run(getPoetry({"--limit", "1", bad, good, bad, good}));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.out.find("Got 2 poems in "), std::string::npos);
}

TEST(GetPoetryLimit, FetchesAllAtOnceUnlessItIsToldOtherwise) {
  ScriptedServers servers;
  const Address server = servers.add({Silence{}, Send{kPoem}});
  const std::string name = toString(server);
  RunningProgram client(getPoetry({name, name, name, name, name}));
  EXPECT_TRUE(servers.waitForAccepted(server, 5, kSoon));
}

TEST(GetPoetryLimit, EndsOnASignalWhileSomeHaveNotBegun) {
  ScriptedServers servers;
  const Address server = servers.add({Silence{}});
  const std::string name = toString(server);
  RunningProgram client(getPoetry({"--limit", "1", name, name, name}));
  ASSERT_TRUE(servers.waitForAccepted(server, 1, kSoon));
  client.signal(SIGTERM);
  const Outcome outcome = client.wait();
  EXPECT_EQ(outcome.signal, SIGTERM);
  EXPECT_NE(outcome.out.find("Got 0 poems in "), std::string::npos);
}

TEST(GetPoetryLimit, IsAWholeNumberFromOneUp) {
  for (const char* limit : {"0", "-1", "some", "1.5"}) {
    const Outcome outcome = run(getPoetry({"--limit", limit, "10000"}));
    EXPECT_EQ(outcome.exitCode, 2) << limit;
    EXPECT_NE(outcome.err.find("--limit takes a whole number"), std::string::npos) << outcome.err;
  }
}

}  // namespace

}  // namespace poetry::testing
