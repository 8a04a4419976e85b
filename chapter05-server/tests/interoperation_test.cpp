// Our servers among programs that others have written: Twisted and netcat, where they are
// installed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/poem.h"
#include "tests/support/server_program.h"

namespace poetry::testing {
namespace {

const std::string kEcstasy = LAB_ROOT "/poetry/ecstasy.txt";

// ---- Twisted -----------------------------------------------------------------------------------

class Twisted : public ::testing::Test {
 protected:
  void SetUp() override {
    if (run({"/usr/bin/env", "-i", "/usr/bin/python3", "-c", "import twisted"}).exitCode != 0) {
      GTEST_SKIP() << "Twisted is not installed (python3-twisted)";
    }
  }

  // Twisted's own environment: another Python may come first in ours.
  static std::vector<std::string> peer(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"/usr/bin/env", "-i", "/usr/bin/python3",
                                        LAB_CHAPTER "/tests/support/twisted_peer.py"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }

  static std::string portOf(const ServerProgram& server) {
    return std::to_string(server.address().port);
  }
};

TEST_F(Twisted, GetsThePoemFromSlowpoetry) {
  const ServerProgram server("slowpoetry",
                             {"--quiet", "--delay", "0.001", "--num-bytes", "100", kEcstasy});
  const Outcome outcome = run(peer({"get", portOf(server), "50"}));
  EXPECT_EQ(outcome.out, loadPoem(kEcstasy)) << outcome.err;
}

TEST_F(Twisted, GetsThePoemFromFastpoetry) {
  const ServerProgram server("fastpoetry", {"--quiet", kEcstasy});
  const Outcome outcome = run(peer({"get", portOf(server), "200"}));
  EXPECT_EQ(outcome.out, loadPoem(kEcstasy)) << outcome.err;
}

TEST_F(Twisted, HasPoemsTransformed) {
  const ServerProgram server("transformpoetry", {});
  const Outcome outcome = run(peer(
      {"transform", portOf(server), "cummingsify.Roses ARE red", "shout.Roses", "rot13.Roses"}));
  EXPECT_EQ(outcome.out, "roses are red\nROSES\nEbfrf\n") << outcome.err;
}

TEST_F(Twisted, IsTheOriginAndTheClientOfOurProxy) {
  RunningProgram origin(peer({"serve", kEcstasy}));
  ASSERT_TRUE(origin.waitForOutput(".\n"));
  const std::string& line = origin.outputSoFar();  // "Serving on port 10000.\n"
  const std::string port = line.substr(line.rfind(' ') + 1, line.rfind('.') - line.rfind(' ') - 1);
  const ServerProgram proxy("poetry-proxy", {port});
  const Outcome outcome = run(peer({"get", portOf(proxy), "50"}));
  EXPECT_EQ(outcome.out, loadPoem(kEcstasy)) << outcome.err;
}

// ---- netcat ------------------------------------------------------------------------------------

class Netcat : public ::testing::Test {
 protected:
  void SetUp() override {
    // The netcat of OpenBSD: others have no -N, which ends the sending side at the end of the
    // input.
    if (run({"/bin/sh", "-c", "nc -h 2>&1 | grep -q -- -N"}).exitCode != 0) {
      GTEST_SKIP() << "nc is not installed (netcat-openbsd)";
    }
  }

  // What nc prints when it is connected to the server, with `input` on its standard input.
  static std::string answer(const ServerProgram& server, const std::string& input) {
    return run({"/bin/sh", "-c",
                fmt::format("printf '{}' | nc -N 127.0.0.1 {}", input, server.address().port)})
        .out;
  }
};

TEST_F(Netcat, GetsAPoem) {
  const ServerProgram slow("slowpoetry", {"--delay", "0.001", "--num-bytes", "100", kEcstasy});
  const ServerProgram fast("fastpoetry", {kEcstasy});
  EXPECT_EQ(answer(slow, ""), loadPoem(kEcstasy));
  EXPECT_EQ(answer(fast, ""), loadPoem(kEcstasy));
}

TEST_F(Netcat, HasAPoemTransformed) {
  const ServerProgram server("transformpoetry", {});
  EXPECT_EQ(answer(server, "17:cummingsify.Roses,11:shout.Roses,"), "5:roses,5:ROSES,");
  EXPECT_EQ(answer(server, "garbage"), "");
}

}  // namespace
}  // namespace poetry::testing
