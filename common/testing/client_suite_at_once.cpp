// The black-box suite, part three: one after the other, or all at once. Each test here shows that a
// client does what its chapter claims, or that it does not do what its chapter does not claim.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "common/syscall.h"
#include "common/testing/client_suite_support.h"
#include "common/testing/recorded.h"
#include "common/testing/scripted_server.h"

namespace poetry::testing {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GetManyPoems);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GetTooManyPoems);

namespace {

using namespace std::chrono_literals;

TEST_P(GetPoetry, HasAllOtherPoemsWhenOneServerIsSilentIfItFetchesAtOnceAndNoneIfNot) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Address silent = servers.add({Silence{}});
  const Address one = servers.add({Send{kShortPoem}});
  const Address two = servers.add({Send{kShortPoem}});
  RunningProgram program(
      commandFor({"--save", folder / ".", toString(silent), toString(one), toString(two)}));
  ASSERT_TRUE(servers.waitForAccepted(silent, 1, kSoon));
  if (GetParam().fetchesAtOnce) {
    EXPECT_TRUE(waitForPoem(folder, 2, kShortPoem));
    EXPECT_TRUE(waitForPoem(folder, 3, kShortPoem));
  } else {
    EXPECT_FALSE(servers.waitForAccepted(one, 1, kNotYet));
  }
  const int released = servers.release(silent);
  EXPECT_EQ(program.wait().exitCode, 0);
  if (GetParam().fetchesAtOnce) {
    EXPECT_LT(servers.eventsOf(two).lastOver, released);
  } else {
    EXPECT_GT(servers.eventsOf(one).firstAccepted, released);
  }
  EXPECT_EQ(savedPoem(folder, 1) + savedPoem(folder, 3), kShortPoem);
}

TEST_P(GetPoetry, HasAllOtherPoemsWhenOneConnectHangsIfItFetchesAtOnceAndNoneIfNot) {
  const FullPort full;
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  const TemporaryFolder folder;
  RunningProgram program(
      commandFor({"--save", folder / ".", toString(full.address()), toString(server)}));
  if (GetParam().fetchesAtOnce) {
    EXPECT_TRUE(waitForPoem(folder, 2, kShortPoem));
  } else {
    EXPECT_FALSE(servers.waitForAccepted(server, 1, kNotYet));
  }
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().signal, SIGTERM);
}

TEST_P(GetPoetry, HasAllOtherPoemsWhenOneNameIsFoundSlowlyIfItLooksUpAtOnceAndNoneIfNot) {
  const KnownNames names;
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  const TemporaryFolder folder;
  RunningProgram program(names.commandFor(
      {"--save", folder / ".", fmt::format("slow.test:{}", server.port), toString(server)}));
  if (GetParam().looksUpAtOnce) {
    EXPECT_TRUE(waitForPoem(folder, 2, kShortPoem));
  } else {
    EXPECT_FALSE(servers.waitForAccepted(server, 1, kNotYet));
  }
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().signal, SIGTERM);
}

TEST_P(GetPoetry, TakesTheLongestDelayIfItFetchesAtOnceAndTheSumIfNot) {
  constexpr auto kDelay = 300ms;
  ScriptedServers servers;
  Arguments addresses;
  for (int i = 0; i < 5; ++i) {
    addresses.push_back(toString(servers.add({Send{kShortPoem}, Pause{kDelay}})));
  }
  const Outcome outcome = runClient(addresses);
  EXPECT_EQ(outcome.exitCode, 0);
  const double longest = std::chrono::duration<double>(kDelay).count();
  if (GetParam().fetchesAtOnce) {
    EXPECT_GE(outcome.seconds, longest);
    EXPECT_LT(outcome.seconds, 3 * longest) << "the sum would be 5 times the longest";
  } else {
    EXPECT_GE(outcome.seconds, 5 * longest);
  }
}

// How often the recorded client read for task 1 before task 2 was done.
int readsBeforeTheOtherIsDone(const std::string& path) {
  int reads = 0;
  for (const RecordedEvent& event : readRecording(path).events) {
    if (event.lane == 1 && event.name == "read") ++reads;
    if (event.lane == 2 && event.name == "done") return reads;
  }
  return -1;
}

TEST_P(GetPoetry, ServesAGreedyServerNoMoreThanItsShareIfItFetchesAtOnce) {
  ScriptedServers servers;
  const Address greedy = servers.add({Silence{}, SendForever{}});
  const Address modest = servers.add({Silence{}, Send{kShortPoem}});
  const TemporaryFolder folder;
  RunningProgram program(commandFor({"--quiet", "--record", folder / "record.json", "--save",
                                     folder / ".", toString(greedy), toString(modest)}));
  ASSERT_TRUE(servers.waitForAccepted(greedy, 1, kSoon));
  if (!GetParam().fetchesAtOnce) {
    EXPECT_FALSE(servers.waitForAccepted(modest, 1, kNotYet));
    return;
  }
  ASSERT_TRUE(servers.waitForAccepted(modest, 1, kSoon));
  // While the client is stopped, the kernel fills up with what the greedy server has, and all of
  // the modest server's poem arrives. When it goes on, both are ready at once.
  program.signal(SIGSTOP);
  servers.release(greedy);
  servers.release(modest);
  ASSERT_TRUE(servers.waitForOver(modest, 1, kSoon));
  ASSERT_TRUE(servers.waitForSent(greedy, 400'000, kSoon));
  program.signal(SIGCONT);
  EXPECT_TRUE(waitForPoem(folder, 2, kShortPoem));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().signal, SIGTERM);
  // Threads get their shares from the system. A loop has to see to that itself: a few turns, of 16
  // reads each. All that has arrived would be a hundred.
  if (GetParam().hasLoop) {
    EXPECT_LE(readsBeforeTheOtherIsDone(folder / "record.json"), 70);
  }
}

TEST_P(GetPoetry, FetchesFromTwoHundredServers) {
  ScriptedServers servers;
  Arguments addresses;
  for (int i = 0; i < 200; ++i) addresses.push_back(toString(servers.add({Send{kShortPoem}})));
  const Outcome outcome = runClient(addresses);
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("Got 200 poems in "), std::string::npos);
}

TEST_P(GetManyPoems, AtOnceAsTheChapterClaims) {
  const std::size_t most = GetParam().mostServers;
  const std::size_t allowed = raiseDescriptorLimit();
  // This process holds the other ends, so it needs as many descriptors as the client.
  if (allowed < most + 100) GTEST_SKIP() << "this system allows only " << allowed << " descriptors";
  ScriptedServers servers;
  std::vector<Address> pool;
  for (int i = 0; i < 10; ++i) pool.push_back(servers.add({Silence{}, Send{kShortPoem}}));
  Arguments addresses = {"--quiet"};
  for (std::size_t i = 0; i < most; ++i) addresses.push_back(toString(pool[i % pool.size()]));
  RunningProgram program(commandFor(GetParam(), addresses));
  // No server speaks before all clients are there: that many are really open at once.
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const std::size_t share = most / pool.size() + (i < most % pool.size() ? 1 : 0);
    ASSERT_TRUE(servers.waitForAccepted(pool[i], static_cast<int>(share), 30s));
  }
  for (const Address& server : pool) servers.release(server);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");
}

TEST_P(GetTooManyPoems, IsRefusedBeforeAnythingIsOpened) {
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  const TemporaryFolder folder;
  Arguments arguments = {"--record", folder / "record.json"};
  arguments.resize(2 + GetParam().mostServers + 1, toString(server));
  const Outcome outcome = run(commandFor(GetParam(), arguments));
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(linesOf(outcome.err).size(), 1u) << outcome.err;
  EXPECT_NE(outcome.err.find("FD_SETSIZE"), std::string::npos) << outcome.err;
  EXPECT_EQ(servers.eventsOf(server).accepted, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "record.json"));
}

}  // namespace

}  // namespace poetry::testing
