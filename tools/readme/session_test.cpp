// Tests of what becomes of a session before it runs, of its ports, and of runs without a server.

#include "session.h"

#include <gtest/gtest.h>

#include "examples.h"
#include "ports.h"
#include "session_runner.h"

namespace poetry::readme {
namespace {

TEST(Session, IsCommandsAndTheirOutput) {
  const auto commands =
      commandsOf({20, "console", {"$ one", "a", "b", "$ two \\", "  2", "c"}, {}});
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].line, 21);
  EXPECT_EQ(commands[0].text, "one");
  ASSERT_EQ(commands[0].output.size(), 2u);
  EXPECT_EQ(commands[0].output[1].number, 23);
  EXPECT_EQ(commands[1].text, "two   2");
  EXPECT_EQ(commands[1].output.at(0).text, "c");
}

TEST(Session, KnowsWhatMayBeAServer) {
  EXPECT_EQ(singleProgram("a/server --port 10000 &"), "a/server --port 10000");
  EXPECT_EQ(singleProgram("a/server"), "a/server");
  EXPECT_EQ(singleProgram("a & b"), std::nullopt);
  EXPECT_EQ(singleProgram("a; b"), std::nullopt);
  EXPECT_EQ(singleProgram("a | b"), std::nullopt);
  EXPECT_EQ(portIn("a/server --port 10000 b"), "10000");
  EXPECT_EQ(portIn("a/client 10000"), std::nullopt);
}

TEST(Session, MakesSlowServersQuickUnlessTheyHaveADelay) {
  EXPECT_EQ(withQuickServers("x/slowpoetry a.txt & sleep 1; x/slowpoetry --delay 1 b.txt"),
            "x/slowpoetry --delay 0.002 a.txt & sleep 1; x/slowpoetry --delay 1 b.txt");
  EXPECT_EQ(withQuickServers("  x/slowpoetry"), "  x/slowpoetry --delay 0.002");
  EXPECT_EQ(withQuickServers("ls x/slowpoetry"), "ls x/slowpoetry");
  EXPECT_EQ(withQuickServers("x/slowpoetry.txt"), "x/slowpoetry.txt");
}

TEST(Ports, StandInForThoseOfTheReadmes) {
  const Ports ports(20000);
  const std::string shown = "x --port 10000 [::1]:10009 10010 110000 a10000";
  const std::string real = "x --port 20000 [::1]:20009 10010 110000 a10000";
  EXPECT_EQ(ports.toReal(shown), real);
  EXPECT_EQ(ports.toShown(real), shown);
}

TEST(Help, EndsInItsExample) {
  EXPECT_EQ(exampleIn("Usage\n\nExample:\n  a\n  b\n"), "  a\n  b\n");
  EXPECT_EQ(exampleIn("Usage\n"), "");
}

Complaints check(const Lines& lines, const Lines& notes = {}) {
  return checkSessions({{{10, "console", lines, notes}}, {}}, "README.md");
}

TEST(SessionRunner, RunsInTheRootOfTheLab) {
  EXPECT_TRUE(check({"$ head -n 1 CMakeLists.txt; ls -d build",
                     "cmake_minimum_required(VERSION 3.22)", "build"})
                  .empty());
}

TEST(SessionRunner, LeavesTheLabAsItIs) {
  EXPECT_TRUE(check({"$ echo poem > written; cat written", "poem"}).empty());
  EXPECT_FALSE(std::filesystem::exists(LAB_ROOT "/written"));
}

TEST(SessionRunner, SaysWhichLineIsWrongAndWhatComesInstead) {
  const Complaints complaints = check({"$ echo a; echo b", "a", "c"});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_EQ(complaints[0].line, 13);
  EXPECT_EQ(complaints[0].text, "Shown is:\n    c\nbut this comes:\n      1 | a\n  >   2 | b\n");
}

TEST(SessionRunner, ReadsErrorsToo) {
  EXPECT_TRUE(check({"$ echo a >&2; no-such-program", "a",
                     "bash: line 1: no-such-program: command not found"})
                  .empty());
}

TEST(SessionRunner, TakesAnyOrderWhereThatIsSaid) {
  EXPECT_FALSE(check({"$ echo a; echo b", "b", "a"}).empty());
  EXPECT_TRUE(check({"$ echo a; echo b", "b", "a"}, {"any order"}).empty());
  EXPECT_FALSE(check({"$ echo a; echo b", "b", "b"}, {"any order"}).empty());
}

TEST(SessionRunner, RunsNothingThatIsNotToBeRun) {
  EXPECT_TRUE(check({"$ exit 1", "nonsense"}, {"not run: it needs a day"}).empty());
}

TEST(SessionRunner, WantsACommandFirst) {
  EXPECT_EQ(check({"a", "$ true"}).size(), 1u);
  EXPECT_EQ(check({}).size(), 1u);
}

}  // namespace
}  // namespace poetry::readme
