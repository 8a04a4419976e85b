// What the steps of this chapter add to what every get-poetry can (for that see clients_test.cpp).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/testing/running_program.h"
#include "common/testing/saved_poems.h"
#include "common/testing/scripted_server.h"
#include "common/testing/temporary_folder.h"

namespace poetry::testing {
namespace {

const std::string kPoem = "Roses ARE red,\n";

class Steps : public ::testing::Test {
 protected:
  // A step of the chapter, fetching from `servers`.
  std::vector<std::string> step(int number, std::vector<std::string> options,
                                const std::vector<Address>& servers) const {
    std::vector<std::string> command = {LAB_PROGRAMS "/get-poetry-" + std::to_string(number),
                                        "--save", folder_ / "."};
    command.insert(command.end(), options.begin(), options.end());
    for (const Address& server : servers) command.push_back(toString(server));
    return command;
  }

  std::string saved(int task) const { return savedPoem(folder_, task); }

  ScriptedServers servers_;
  TemporaryFolder folder_;
};

// ---- step 2: three outcomes ----

TEST_F(Steps, TwoWritesThePoemInSmallLetters) {
  const Outcome outcome = run(step(2, {"--cummingsify", "works"}, {servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(saved(1), "roses are red,\n");
}

TEST_F(Steps, TwoKeepsThePoemIfTheMachineBreaks) {
  const Outcome outcome = run(step(2, {"--cummingsify", "breaks"}, {servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("Task 1: cummingsify failed, the poem stays as it is\n"),
            std::string::npos);
  EXPECT_EQ(saved(1), kPoem);
}

TEST_F(Steps, TwoFailsIfThePoemBecomesGibberish) {
  const Outcome outcome =
      run(step(2, {"--cummingsify", "gibberish"}, {servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err, "Task 1: the poem has become gibberish\n");
  EXPECT_EQ(saved(1), "");
}

TEST_F(Steps, TwoLeavesItToChanceIfNobodySays) {
  const std::vector<Address> many(60, servers_.add({Send{kPoem}}));
  const Outcome outcome = run(step(2, {}, many));
  int small = 0, whole = 0;
  for (int task = 1; task <= 60; ++task) {
    small += saved(task) == "roses are red,\n";
    whole += saved(task) == kPoem;
  }
  // That one of the three never comes in sixty times is less likely than that lightning strikes us.
  EXPECT_GT(small, 0);
  EXPECT_GT(whole, 0);
  EXPECT_LT(small + whole, 60);
}

TEST_F(Steps, TwoKnowsThreeOutcomes) {
  EXPECT_EQ(run(step(2, {"--cummingsify", "shouts"}, {{"127.0.0.1", 9}})).exitCode, 2);
}

// ---- step 3: a server that transforms ----

class TransformServer {
 public:
  TransformServer() : program_({LAB_PROGRAMS "/transform-server"}) {
    EXPECT_TRUE(program_.waitForOutput(".\n"));
  }

  Address address() const {
    const std::string& out = program_.outputSoFar();  // "Serving transforms on port 10008.\n"
    const std::size_t port = out.rfind(' ') + 1;
    return parseAddress(out.substr(port, out.rfind('.') - port));
  }

  Outcome end(int signal) {
    program_.signal(signal);
    return program_.wait();
  }

 private:
  RunningProgram program_;
};

TEST_F(Steps, ThreeHasThePoemTransformed) {
  TransformServer transformer;
  const Outcome outcome = run(
      step(3, {"--transformer", toString(transformer.address())}, {servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(saved(1), "roses are red,\n");
  EXPECT_NE(outcome.out.find("Task 1: 15 bytes of poetry\n"), std::string::npos) << outcome.out;
}

TEST_F(Steps, ThreeKeepsThePoemIfNobodyTransformsIt) {
  const RefusingPort nobody;
  const Outcome outcome =
      run(step(3, {"--transformer", toString(nobody.address())}, {servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(saved(1), kPoem);
  EXPECT_NE(outcome.out.find("Task 1: cummingsify failed: connect "), std::string::npos);
}

TEST_F(Steps, ThreeKeepsThePoemIfTheTransformerHangsUpOrTalksNonsense) {
  for (const Script& script : {Script{}, Script{Send{"shut up"}}, Script{Reset{}}}) {
    const Outcome outcome = run(
        step(3, {"--transformer", toString(servers_.add(script))}, {servers_.add({Send{kPoem}})}));
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(saved(1), kPoem);
  }
}

TEST(TransformServerProgram, AnswersAllRequestsOfAConnection) {
  TransformServer server;
  const std::string requests = "13:cummingsify.A,13:cummingsify.B,5:hello,";
  const Outcome outcome =
      run({"/bin/bash", "-c",
           fmt::format("exec 3<>/dev/tcp/127.0.0.1/{}; printf '{}' >&3; cat <&3",
                       server.address().port, requests)});
  EXPECT_EQ(outcome.out, "1:a,1:b,") << "and then hangs up: there is no transform hello";
}

TEST(TransformServerProgram, EndsWithZeroOnASignal) {
  for (const int signal : {SIGINT, SIGTERM}) {
    TransformServer server;
    EXPECT_EQ(server.end(signal).exitCode, 0);
  }
}

// ---- step 4: all poems as one result ----

TEST_F(Steps, FourSumsUpAllPoems) {
  const Outcome outcome =
      run(step(4, {}, {servers_.add({Send{kPoem}}), servers_.add({Send{kPoem}})}));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("All poems together: 30 bytes\n"), std::string::npos);
}

TEST_F(Steps, FourTellsOfTheFirstFailureAtOnceAndStillGetsTheOthers) {
  const Address slow = servers_.add({Silence{}, Send{kPoem}});
  const Address broken = servers_.add({Reset{}});
  RunningProgram program(step(4, {}, {slow, broken}));
  EXPECT_TRUE(program.waitForOutput("There will not be all poems: task 2 has failed\n"));
  servers_.release(slow);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(saved(1), kPoem);
}

// ---- step 5: not forever ----

TEST_F(Steps, FiveGivesUpAPoemThatTakesTooLong) {
  const Address silent = servers_.add({Send{kPoem}, Silence{}});
  const Address quick = servers_.add({Send{kPoem}});
  const Outcome outcome = run(step(5, {"--timeout", "0.2"}, {silent, quick}));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err, "Task 1: no result within 0.2 s\n");
  EXPECT_EQ(saved(2), kPoem);
  EXPECT_TRUE(servers_.waitForOver(silent, 1, kSoon)) << "the connection is let go of";
}

TEST_F(Steps, FiveKeepsOnCtrlCWhatHasCome) {
  const Address silent = servers_.add({Silence{}});
  const Address quick = servers_.add({Send{kPoem}});
  const FullPort connecting;
  RunningProgram program(step(5, {}, {silent, quick, connecting.address()}));
  ASSERT_TRUE(waitForPoem(folder_, 2, kPoem));
  ASSERT_TRUE(servers_.waitForAccepted(silent, 1, kSoon));
  program.signal(SIGINT);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err, "Task 1: cancelled\nTask 3: cancelled\n");
}

}  // namespace
}  // namespace poetry::testing
