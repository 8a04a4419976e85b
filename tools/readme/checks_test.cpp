// The checks find what is false, and nothing else. They have READMEs and sources of their own here.

#include "checks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "common/syscall.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "common/unique_fd.h"

namespace poetry::readme {
namespace {

using namespace std::chrono_literals;

// "12: text" for each.
std::string said(const Complaints& complaints) {
  std::string all;
  for (const auto& [line, text] : complaints) all += std::to_string(line) + ": " + text + "\n";
  return all;
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

std::vector<Fence> fences(const std::string& text) {
  return fencesIn(parseMarkdown(text).get());
}

TEST(Markdown, HasFencesWithTheirLineLanguageAndNotes) {
  const auto all = fences(
      "<!-- from lost.cpp -->\nText\n<!-- any order -->\n<!-- from a.cpp -->\n\n```cpp\nx\n\ny\n"
      "```\n- item\n\n  ````text more\n  ```cpp\n    x\n  ````\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].line, 6);
  EXPECT_EQ(all[0].language, "cpp");
  EXPECT_EQ(all[0].lines, (Lines{"x", "", "y"}));
  EXPECT_EQ(all[0].note("from "), "a.cpp");
  EXPECT_EQ(all[0].note("any order"), "");
  EXPECT_EQ(all[0].note("not run: "), std::nullopt);
  EXPECT_EQ(all[1].line, 13);
  EXPECT_EQ(all[1].language, "text");
  EXPECT_EQ(all[1].lines, (Lines{"```cpp", "  x"}));
  EXPECT_TRUE(all[1].notes.empty());
}

class Checks : public ::testing::Test {
 protected:
  Checks() {
    write("before.cpp", "one();\nvoid f() {\n  if (x) {\n    y();\n\n    z();\n  }\n}\n");
    write("after.cpp", "one();\nvoid f() {\n  if (x) {\n    y(1);\n\n    z();\n  }\n}\n");
  }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  std::string excerpt(const std::string& lines, const std::string& name = "before.cpp") const {
    const std::string text = "<!-- from " + name + " -->\n```cpp\n" + lines + "\n```\n";
    return said(checkExcerpt(fences(text).at(0), folder_ / "."));
  }

  std::string diff(const std::string& lines, const std::string& names = "before.cpp after.cpp") {
    const std::string text = "<!-- diff " + names + " -->\n```diff\n" + lines + "\n```\n";
    return said(checkDiff(fences(text).at(0), folder_ / "."));
  }

  std::string table(const std::string& rows) const {
    const Tree tree = parseMarkdown("## Files\n\n| | |\n|---|---|\n" + rows +
                                    "\n## More\n\n| a |\n|---|\n| `b` |\n");
    return said(checkTable(firstColumn(tree.get(), "Files"), folder_ / "."));
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(Checks, FindAnExcerptWhateverItsIndentation) {
  EXPECT_EQ(excerpt("if (x) {\n  y();\n\n  z();\n}"), "");
  EXPECT_EQ(excerpt("      if (x) {\n        y();"), "");
  EXPECT_EQ(excerpt("    z();\n  }\n}"), "");
  EXPECT_EQ(excerpt("void f() {\n  ...\n    z();\n...\n}"), "");
}

TEST_F(Checks, SayWhichLineOfAnExcerptIsNotInItsFile) {
  const std::string wrong = excerpt("if (x) {\n  w();");
  EXPECT_SAYS(wrong, "4: Shown is:\n      w();\nbut before.cpp has no such line here:");
  EXPECT_SAYS(wrong, ">   4 |     y();");
  EXPECT_SAYS(excerpt("w();"), "3: Shown is:\n    w();\n");
  EXPECT_SAYS(excerpt("if (x) {\ny();"), "4: ");
  EXPECT_SAYS(excerpt("    z();\n  }\n  }"), "5: ");
  EXPECT_SAYS(excerpt("void f() {\n    z();"), "4: ");
  EXPECT_SAYS(excerpt("z();\n...\ny();"), "5: ");
  EXPECT_SAYS(excerpt("one();", "no.cpp"), "2: There is no file no.cpp");
  EXPECT_SAYS(said(checkExcerpt(fences("```cpp\n```\n").at(0), ".")), "1: Say in the line above");
}

TEST_F(Checks, SayWhichLineOfADiffIsNotSo) {
  EXPECT_EQ(diff("--- before.cpp\n+++ after.cpp\n@@ -1 +1 @@\n   if (x) {\n-    y();\n+    "
                 "y(1);\n\n     z();"),
            "");
  EXPECT_EQ(diff("-    y();\n...\n   }"), "");
  EXPECT_SAYS(diff("-    y();\n+    y(2);"),
              "4: Shown is:\n    +    y(2);\nbut diff -u before.cpp");
  EXPECT_SAYS(diff("-    y();\n+  y(1);"), "4: ");
  EXPECT_SAYS(diff("-a", "before.cpp no.cpp"), "2: There is no file no.cpp");
  EXPECT_SAYS(diff("-a", "before.cpp"), "2: Say in the line above");
}

TEST_F(Checks, SayWhichLinksLeadNowhere) {
  const Tree tree = parseMarkdown(
      "[a](before.cpp#part), [`b`](.), [c](https://example.org), [d](#part),\n[e](mailto:x@y.org)\n"
      "![f](gone.png) `[g](no-link)` [h]\n\n<img src=\"gone.svg\">\n\n[h]: gone.md\n\n"
      "| a |\n|---|\n| [i](gone/) |\n");
  EXPECT_EQ(said(checkLinks(linksIn(tree.get()), folder_ / ".")),
            "3: The link leads nowhere: gone.png\n3: The link leads nowhere: gone.md\n"
            "5: The link leads nowhere: gone.svg\n11: The link leads nowhere: gone/\n");
}

TEST_F(Checks, SayWhatATableLacksAndWhatItHasTooMuch) {
  write("room/a.h", "");
  EXPECT_EQ(table("| [`before.cpp`](x) | `y` |\n| `room/a.h` | |\n| `room/` | |\n"), "");
  EXPECT_EQ(table("| `gone.cpp` | |\n| `before.cpp` | |\n| `before.cpp` | |\n| `room` | |\n"),
            "5: gone.cpp is not there\n7: before.cpp is listed twice\n8: room is not there\n"
            "5: The table lacks a row for room/\n");
  std::string rows = "| `room/` | |\n";
  for (char name = 'a'; name < 'q'; ++name) {
    write({name}, "");
    EXPECT_EQ(table(rows += std::string("| `") + name + "` | |\n"),
              name < 'p' ? "" : "21: More than 15 files are listed.\n");
  }
}

TEST_F(Checks, WantRowsOnlyForTheRoomsThatGitTracks) {
  write("room/a.h", "");
  write("stray/a.h", "");
  testing::run({"/usr/bin/env", "git", "-C", folder_ / ".", "init", "-q"});
  testing::run({"/usr/bin/env", "git", "-C", folder_ / ".", "add", "room"});
  EXPECT_EQ(table("| `before.cpp` | |\n"), "5: The table lacks a row for room/\n");
}

std::string session(const std::string& lines, const std::string& note = "") {
  const std::string text = "<!-- " + note + " -->\n```console\n" + lines + "```\n";
  return said(checkSessions(fences(text), "README.md"));
}

TEST(Sessions, RunInACopyOfTheLabThatTakesWhatTheyWrite) {
  EXPECT_EQ(
      session(
          "$ head -n 1 CMakeLists.txt; ls -d build; echo poem > written; cat written\n"
          "cmake_minimum_required(VERSION 3.22)\nbuild\npoem\n"
          "$ echo a >&2; no-such-program\na\nbash: line 1: no-such-program: command not found\n"),
      "");
  EXPECT_FALSE(std::filesystem::exists(LAB_ROOT "/written"));
}

TEST(Sessions, SayWhichLineDiffersIsMissingOrIsTooMuch) {
  EXPECT_EQ(
      session("$ echo a; echo b\na\nc\n"),
      "5: Shown is:\n    c\nbut the output has no such line here:\n      1 | a\n  >   2 | b\n\n");
  EXPECT_SAYS(session("$ echo a\na\nb\n"), "5: Shown is:\n    b\nbut the output has no");
  EXPECT_SAYS(session("$ echo a; echo b\na\n"), "3: the output has more than is shown:");
  EXPECT_SAYS(session("$ echo a; echo b\nb\na\n"), "4: ");
  EXPECT_EQ(session("$ seq 9\n1\n...\n8\n9\n$ seq 3\n...\n"), "");
  EXPECT_SAYS(session("$ seq 9\n1\n...\n8\n"), "3: the output has more");
  EXPECT_SAYS(session("a\n$ true\n"), "2: A session begins with a command");
  EXPECT_EQ(session("$ exit 1\nnonsense\n", "not run: it takes a day"), "");
}

TEST(Sessions, MayHaveAnyOrder) {
  EXPECT_EQ(session("$ echo a; echo b\nb\na\n", "any order"), "");
  EXPECT_EQ(session("$ seq 5\n4\n2\n...\n", "any order"), "");
  EXPECT_EQ(session("$ echo a; echo b\nb\nb\n", "any order"),
            "3: Shown, but does not come: b\nComes, but is not shown: a\n\n");
  EXPECT_EQ(session("$ seq 5\n4\n6\n...\n", "any order"), "3: Shown, but does not come: 6\n\n");
}

TEST(Sessions, DoNotCompareTimesAndWidthsAndThePortsOfClients) {
  EXPECT_EQ(session("$ echo 'Got 3 poems in 0:00:10.126361'; echo ' a  23.07   9.99  <0.1 %  '\n"
                    "Got 3 poems in 0:00:23.000001\n a 2.0 1.0 0.2 %\n"
                    "$ echo Somebody at 127.0.0.1:55000 wants poetry!\n"
                    "Somebody at 127.0.0.1:60123 wants poetry!\n"),
            "");
  EXPECT_SAYS(session("$ echo '  a'\na\n"), "4: ");
  EXPECT_SAYS(session("$ echo 3 poems in 10 s\n3 poems in 11 s\n"), "4: ");
  EXPECT_SAYS(session("$ echo at 127.0.0.1:10000\nat 127.0.0.1:10001\n"), "4: ");
}

constexpr const char* kServer =
    "$ echo 'trap \"echo > over; exit $1\" TERM; echo Serving at $3; while sleep 0.01; do :; done' "
    "> server\n";

TEST(Sessions, LeaveAServerRunningUntilAnotherTakesItsPort) {
  const std::string next = "```\n```console\n";
  const std::string start = "$ bash server 0 --port 10000 &\nServing at 10000\n";
  EXPECT_EQ(session(kServer + start + next + "$ ls over || echo serving\n...\nserving\n" + next +
                    start + next + "$ ls over\nover\n"),
            "");
  EXPECT_SAYS(session(kServer + std::string("$ bash server 3 --port 10000\nServing at 10000\n")),
              "4: The server ended with exit code 3");
  EXPECT_SAYS(session(kServer + std::string("$ bash server 0 --port 10000\nServing at 10001\n")),
              "5: Shown is:");
}

TEST(Sessions, MakeSlowServersQuickUnlessTheyHaveADelay) {
  EXPECT_EQ(session("$ echo 'echo $*' > slowpoetry; chmod +x slowpoetry\n$ ./slowpoetry "
                    "a.txt\n--delay 0.002 a.txt\n"
                    "$ ./slowpoetry --delay 1 10010 110000 & wait; ./slowpoetry\n--delay 1 10010 "
                    "110000\n--delay 0.002\n"),
            "");
}

TEST(Examples, AreRun) {
  EXPECT_EQ(said(checkExample(R"(printf '\nExample:\ntrue\n' #)")), "");
  EXPECT_SAYS(said(checkExample(R"(printf '\nExample:\nfalse\n' #)")),
              "1: false\n\nended with exit code 1 ");
  EXPECT_SAYS(said(checkExample(R"(printf '\nExample:\necho wrong >&2\n' #)")),
              "exit code 0 and said:\n\nwrong");
  EXPECT_SAYS(said(checkExample("echo")), "1: --help shows no example:\n--help");
}

// Knows whether what a command has started still lives: a named pipe that it holds open.
class Leftovers : public ::testing::Test {
 protected:
  Leftovers() {
    checked(::mkfifo((folder_ / "pipe").c_str(), 0600), "mkfifo");
    pipe_.reset(
        checked(::open((folder_ / "pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), "open"));
  }

  // Whether the program said that it is there; or, if that has been read, that it is gone.
  bool read(ssize_t bytes) const {
    char byte = 0;
    pollfd ready{pipe_.get(), POLLIN, 0};
    return ::poll(&ready, 1, 10000) == 1 && ::read(pipe_.get(), &byte, 1) == bytes;
  }

  const testing::TemporaryFolder folder_;
  const std::string sleep_ =
      "exec 4>" + (folder_ / "pipe") + "; printf x >&4; sleep 100 >&4 2>&1 & exec 4>&-; ";
  UniqueFd pipe_;
};

TEST_F(Leftovers, OfASessionAreKilled) {
  EXPECT_EQ(session("$ " + sleep_ + "\n"), "");
  EXPECT_TRUE(read(1) && read(0));
}

TEST_F(Leftovers, OfWhatDoesNotEndInTimeAreKilled) {
  using testing::RunningProgram;
  RunningProgram program({"/usr/bin/env", "bash", "-c", sleep_ + "wait"},
                         RunningProgram::Output::kPipe, RunningProgram::Reach::kGroup);
  EXPECT_TRUE(read(1));
  EXPECT_TRUE(program.wait(1ms).timedOut);
  EXPECT_TRUE(read(0));
}

TEST_F(Leftovers, OfATestThatIsKilledAreKilled) {
  const auto endBadly = [&] {
    std::thread([&] { read(1), ::raise(SIGKILL); }).detach();
    session("$ " + sleep_ + "wait\n");
  };
  EXPECT_EXIT(endBadly(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(read(0));
}

}  // namespace
}  // namespace poetry::readme
