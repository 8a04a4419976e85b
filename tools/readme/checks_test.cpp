// The checks find what is false, and nothing else. They have READMEs and sources of their own here.

#include "checks.h"

#include <fcntl.h>
#include <gmock/gmock.h>
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

using ::testing::HasSubstr;
using ::testing::StartsWith;

// "12: text" for each.
std::string said(const Complaints& complaints) {
  std::string all;
  for (const auto& [line, text] : complaints) all += std::to_string(line) + ": " + text + "\n";
  return all;
}

// The README has a first line, and its fence begins in the second.
std::vector<Fence> fence(const std::string& note, const std::string& text) {
  return fencesIn(parseMarkdown("<!-- " + note + " -->\n```" + text + "\n```\n").get());
}

TEST(Markdown, HasFencesWithTheirLineLanguageAndNotes) {
  const Tree tree = parseMarkdown(
      "<!-- from lost.cpp -->\nText\n<!-- any order -->\n<!-- from a.cpp -->\n\n```cpp\nx\n```\n"
      "- item\n\n  ````text more\n  ```cpp\n    x\n  ````\n\n      indented\n");
  const auto all = fencesIn(tree.get());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].line, 6);
  EXPECT_EQ(all[0].language, "cpp");
  EXPECT_EQ(all[0].notes, (Lines{"from a.cpp", "any order"}));
  EXPECT_EQ(all[0].note("from "), "a.cpp");
  EXPECT_EQ(all[1].language, "text");
  EXPECT_EQ(all[1].lines, (Lines{"```cpp", "  x"}));
  EXPECT_TRUE(all[1].notes.empty());
}

class Checks : public ::testing::Test {
 protected:
  Checks() {
    write("a.cpp", "one();\nvoid f() {\n  if (x) {\n    y();\n\n    z();\n  }\n}\n");
    write("b.cpp", "one();\nvoid f() {\n  if (x) {\n    y(1);\n\n    z();\n  }\n}\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::string excerpt(const std::string& lines, const std::string& note = "from a.cpp") const {
    return said(checkExcerpt(fence(note, "cpp\n" + lines).at(0), folder_ / "."));
  }
  std::string diff(const std::string& lines, const std::string& note = "diff a.cpp b.cpp") const {
    return said(checkDiff(fence(note, "diff\n" + lines).at(0), folder_ / "."));
  }
  std::string table(const std::string& rows) const {
    const Tree tree = parseMarkdown("## Files\n\n| | |\n|---|---|\n" + rows + "\n## More\n" + rows);
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
  EXPECT_THAT(wrong, StartsWith("4: Shown is:\n      w();\nbut a.cpp has no such line here:\n"));
  EXPECT_THAT(wrong, HasSubstr(">   4 |     y();"));
  EXPECT_THAT(excerpt("w();"), StartsWith("3: "));
  EXPECT_THAT(excerpt("if (x) {\ny();"), StartsWith("4: "));
  EXPECT_THAT(excerpt("    z();\n  }\n  }"), StartsWith("5: "));
  EXPECT_THAT(excerpt("void f() {\n    z();"), StartsWith("4: "));
  EXPECT_THAT(excerpt("z();\n...\ny();"), StartsWith("5: "));
  EXPECT_EQ(excerpt("one();", "from no.cpp"), "2: There is no file no.cpp\n");
  EXPECT_THAT(excerpt("one();", "none"), StartsWith("2: Say in the line above"));
}

TEST_F(Checks, SayWhichLineOfADiffIsNotSo) {
  EXPECT_EQ(diff("--- a.cpp\n+++ b.cpp\n@@ -1 +1 @@\n   if (x) {\n-    y();\n+    y(1);\n"), "");
  EXPECT_EQ(diff("-    y();\n...\n   }"), "");
  EXPECT_THAT(diff("-    y();\n+    y(2);"),
              StartsWith("4: Shown is:\n    +    y(2);\nbut diff -u"));
  EXPECT_THAT(diff("-    y();\n+  y(1);"), StartsWith("4: "));
  EXPECT_THAT(diff("-a", "diff a.cpp no.cpp"), HasSubstr("no.cpp: No such file"));
  EXPECT_THAT(diff("-a", "diff a.cpp"), StartsWith("2: Say in the line above"));
}

TEST_F(Checks, SayWhichLinksLeadNowhere) {
  const Tree tree = parseMarkdown(
      "[a](a.cpp#part), [`b`](.), [c](https://example.org), [d](#part),\n[e](mailto:x@y.org)\n"
      "![f](gone.png) `[g](no-link)` [h]\n\n<img src=\"gone.svg\">\n\n[h]: gone.md\n\n"
      "| a |\n|---|\n| [i](gone/) |\n");
  EXPECT_EQ(said(checkLinks(linksIn(tree.get()), folder_ / ".")),
            "3: The link leads nowhere: gone.png\n3: The link leads nowhere: gone.md\n"
            "5: The link leads nowhere: gone.svg\n11: The link leads nowhere: gone/\n");
}

TEST_F(Checks, SayWhatATableLacksAndWhatItHasTooMuch) {
  write("room/a.h", "");
  EXPECT_EQ(table("| [`a.cpp`](x) | `y` |\n| `room/a.h` | |\n| `room/` | |\n"), "");
  EXPECT_EQ(table("| `gone.cpp` | |\n| `a.cpp` | |\n| `a.cpp` | |\n| `room` | |\n"),
            "5: gone.cpp is not there\n7: a.cpp is listed twice\n8: room is not there\n"
            "5: The table lacks a row for room/\n");
  std::string rows = "| `room/` | |\n";
  for (char name = 'a'; name < 'q'; ++name) {
    write({name}, "");
    rows += std::string("| `") + name + "` | |\n";
    EXPECT_EQ(table(rows), name < 'p' ? "" : "21: More than 15 files are listed.\n");
  }
}

TEST_F(Checks, WantRowsOnlyForTheRoomsThatGitTracks) {
  write("room/a.h", "");
  write("stray/a.h", "");
  const std::string script = "cd " + (folder_ / ".") + "; git init -q; git add room";
  testing::run({"/usr/bin/env", "bash", "-c", script});
  EXPECT_EQ(table("| `a.cpp` | |\n"), "5: The table lacks a row for room/\n");
}

std::string session(const std::string& lines, const std::string& note = "") {
  return said(checkSessions(fence(note, "console\n" + lines), "README.md"));
}

TEST(Sessions, RunInACopyOfTheLabThatTakesWhatTheyWrite) {
  EXPECT_EQ(session("$ ls -d build Makefile > written; cat written\nMakefile\nbuild"), "");
  EXPECT_EQ(session("$ echo a >&2; none\na\nbash: line 1: none: command not found"), "");
  EXPECT_FALSE(std::filesystem::exists(LAB_ROOT "/written"));
}

TEST(Sessions, SayWhichLineDiffersIsMissingOrIsTooMuch) {
  EXPECT_EQ(
      session("$ seq 2\n1\n3"),
      "5: Shown is:\n    3\nbut the output has no such line here:\n      1 | 1\n  >   2 | 2\n\n");
  EXPECT_THAT(session("$ seq 2\n1\n2\n3"),
              StartsWith("6: Shown is:\n    3\nbut the output has no"));
  EXPECT_THAT(session("$ seq 2\n1"), StartsWith("3: the output has more than is shown:\n"));
  EXPECT_THAT(session("$ seq 2\n2\n1"), StartsWith("4: "));
  EXPECT_EQ(session("$ seq 9\n1\n...\n8\n9\n$ seq 3\n..."), "");
  EXPECT_THAT(session("$ seq 9\n1\n...\n8"), StartsWith("3: the output has more"));
  EXPECT_THAT(session("a\n$ true"), StartsWith("2: A session begins with a command"));
  EXPECT_EQ(session("$ exit 1\nnonsense", "not run: it takes a day"), "");
}

TEST(Sessions, MayHaveAnyOrder) {
  EXPECT_EQ(session("$ seq 2\n2\n1", "any order"), "");
  EXPECT_EQ(session("$ seq 5\n4\n2\n...", "any order"), "");
  EXPECT_EQ(session("$ seq 2\n2\n2", "any order"),
            "4: This does not come: 2\n4: This comes, too: 1\n");
  EXPECT_EQ(session("$ seq 5\n4\n6\n...", "any order"), "4: This does not come: 6\n");
}

TEST(Sessions, DoNotCompareTimesAndWidthsAndThePortsOfClients) {
  EXPECT_EQ(session("$ echo Got 3 in 0:00:10.126361\nGot 3 in 0:00:23.000001"), "");
  EXPECT_EQ(session("$ echo ' a  23.07   9.99  <0.1 %  '\n a 2.0 1.0 0.2 %"), "");
  EXPECT_EQ(session("$ echo Somebody at ::1:55000 wants it\nSomebody at ::1:60123 wants it"), "");
  EXPECT_THAT(session("$ echo '  a'\na"), StartsWith("4: "));
  EXPECT_THAT(session("$ echo 10 s\n11 s"), StartsWith("4: "));
  EXPECT_THAT(session("$ echo at 127.0.0.1:10000\nat 127.0.0.1:10001"), StartsWith("4: "));
}

TEST(Sessions, LeaveAServerRunningUntilAnotherTakesItsPort) {
  const std::string server =
      "$ echo 'trap \"echo > over; exit $1\" TERM; echo Serving $3; while sleep 0.01; do :; done'"
      " > server\n";
  const std::string start = "$ bash server 0 --port 10000 &\nServing 10000\n";
  const std::string next = "```\n```console\n";
  EXPECT_EQ(session(server + start + next + "$ ls over || echo serving\n...\nserving\n" + next +
                    start + next + "$ ls over\nover"),
            "");
  EXPECT_EQ(session(server + "$ bash server 3 --port 10000\nServing 10000"),
            "4: The server's exit code is 3.\n");
  EXPECT_THAT(session(server + "$ bash server 0 --port 10000\nServing 10001"), StartsWith("5: "));
}

TEST(Sessions, MakeSlowServersQuickUnlessTheyHaveADelay) {
  const std::string make = "$ echo 'echo $*' > slowpoetry; chmod +x slowpoetry\n";
  EXPECT_EQ(session(make + "$ ./slowpoetry a & wait\n--delay 0.002 a"), "");
  EXPECT_EQ(session(make + "$ ./slowpoetry --delay 1 10010\n--delay 1 10010"), "");
}

// A named pipe shows whether what a command has started still lives.
TEST(Sessions, EndAllThatTheyHaveStartedEvenIfTheTestIsKilled) {
  const testing::TemporaryFolder folder;
  const std::string name = folder / "pipe";
  checked(::mkfifo(name.c_str(), 0600), "mkfifo");
  const UniqueFd pipe(checked(::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), "open"));
  const auto reads = [&](ssize_t count) {
    pollfd ready{pipe.get(), POLLIN, 0};
    char byte = 0;
    return ::poll(&ready, 1, 10000) == 1 && ::read(pipe.get(), &byte, 1) == count;
  };
  const std::string start = "$ exec 4>" + name + "; printf x >&4; sleep 99 >&4 2>&1 & exec 4>&-; ";

  EXPECT_EQ(session(start), "");
  EXPECT_TRUE(reads(1) && reads(0));

  const auto endBadly = [&] {
    std::thread([&] { reads(1), ::raise(SIGKILL); }).detach();
    session(start + "wait");
  };
  EXPECT_EXIT(endBadly(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(reads(0));
}

TEST(Examples, AreRun) {
  const auto run = [](const std::string& example) {
    return said(checkExample(R"(printf '\nExample:\n)" + example + "\\n' #"));
  };
  EXPECT_EQ(run("true"), "");
  EXPECT_THAT(run("false"), StartsWith("1: false\n\nends with exit code 1 "));
  EXPECT_THAT(run("echo wrong >&2"), HasSubstr("exit code 0 and says:\n\nwrong"));
  EXPECT_THAT(said(checkExample("echo")), StartsWith("1: --help shows no example:\n--help"));
}

}  // namespace
}  // namespace poetry::readme
