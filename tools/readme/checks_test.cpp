// The checks find what is false, and nothing else. They have READMEs and sources of their own here.

#include "checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry::readme {
namespace {

using ::testing::HasSubstr, ::testing::StartsWith;

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

TEST(Markdown, GivesAFenceTheCommentsRightAboveIt) {
  const Tree tree = parseMarkdown(
      "<!-- lost -->\nText\n<!-- a -->\n<!-- b -->\n\n```cpp\n```\n- i\n\n"
      "  ````x y\n  ```\n    z\n  ````\n\n      no\n");
  const auto fences = fencesIn(tree.get());
  ASSERT_EQ(fences.size(), 2u);
  EXPECT_EQ(fences[0].notes, (Lines{"b", "a"}));
  EXPECT_EQ(fences[1].language, "x");
  EXPECT_EQ(fences[1].lines, (Lines{"```", "  z"}));
}

class Checks : public ::testing::Test {
 protected:
  Checks() {
    std::ofstream(folder_ / "a.cpp")
        << "one();\nvoid f() {\n  if (x) {\n    y();\n\n    z();\n  }\n}\n";
    std::ofstream(folder_ / "b.cpp")
        << "one();\nvoid f() {\n  if (x) {\n    y(1);\n\n    z();\n  }\n}\n";
  }
  std::string excerpt(const std::string& lines, const std::string& note = "from a.cpp") const {
    return said(checkExcerpt(fence(note, "cpp\n" + lines).at(0), folder_ / "."));
  }
  std::string diff(const std::string& lines, const std::string& note = "diff a.cpp b.cpp") const {
    return said(checkDiff(fence(note, "diff\n" + lines).at(0), folder_ / "."));
  }
  std::string table(const std::string& rows) const {
    const std::string section = "\n\n| | |\n|---|---|\n" + rows + "\n";
    const Tree tree = parseMarkdown("## Files" + section + "## More" + section);
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
  EXPECT_THAT(wrong, StartsWith("4: Shown is:\n      w();\nbut a.cpp has:\n"));
  EXPECT_THAT(wrong, HasSubstr(">   4 |     y();"));
  EXPECT_THAT(excerpt("w();"), StartsWith("3: "));
  EXPECT_THAT(excerpt("if (x) {\ny();"), StartsWith("4: "));
  EXPECT_THAT(excerpt("    z();\n  }\n  }"), StartsWith("5: "));
  EXPECT_THAT(excerpt("z();\n...\ny();"), StartsWith("5: "));
  EXPECT_EQ(excerpt("one();", "from no.cpp"), "2: There is no file no.cpp\n");
  EXPECT_THAT(excerpt("one();", "none"), StartsWith("2: Say in the line above"));
}

TEST_F(Checks, SayWhichLineOfADiffIsNotSo) {
  EXPECT_EQ(diff("--- a.cpp\n+++ b.cpp\n@@ -1 +1 @@\n   if (x) {\n-    y();\n+    y(1);\n"), "");
  EXPECT_EQ(diff("-    y();\n...\n   }"), "");
  EXPECT_THAT(diff("-    y();\n+    y(2);"), StartsWith("4: Shown is:\n    +    y(2);\nbut"));
  EXPECT_THAT(diff("-    y();\n+  y(1);"), StartsWith("4: "));
  EXPECT_THAT(diff("-a", "diff a.cpp no.cpp"), HasSubstr("no.cpp: No such file"));
  EXPECT_THAT(diff("-a", "diff a.cpp"), StartsWith("2: Say in the line above"));
}

TEST_F(Checks, SayWhichLinksLeadNowhere) {
  const Tree tree = parseMarkdown(
      "[a](a.cpp#part), [`b`](.), [c](https://example.org), [d](#part),\n[e](mailto:x@y.org)\n"
      "![f](gone.png) `[g](no)` [h]\n\n[h]: gone.md\n\n| a |\n|---|\n| [i](gone/) |\n");
  EXPECT_EQ(said(checkLinks(linksIn(tree.get()), folder_ / ".")),
            "3: There is no gone.png\n3: There is no gone.md\n9: There is no gone/\n");
}

TEST_F(Checks, SayWhatATableLacksAndWhatItHasTooMuch) {
  const std::string in = "cd " + (folder_ / ".") + "; ";
  testing::run({"/usr/bin/env", "bash", "-c", in + "mkdir room; touch room/a.h {a..p}.h"});
  EXPECT_EQ(table("| [`a.cpp`](x) | `y` |\n| `room/a.h` | |\n| `room/` | |\n"), "");
  EXPECT_EQ(table("| `gone.cpp` | |\n| `a.cpp` | |\n| `a.cpp` | |\n| `room` | |\n"),
            "5: gone.cpp is not there\n7: a.cpp is listed twice\n8: room is not there\n"
            "5: The table lacks a row for room/\n");
  testing::run({"/usr/bin/env", "bash", "-c", in + "git init -q; git add room; mkdir b"});
  EXPECT_EQ(table("| `b.cpp` | |\n"), "5: The table lacks a row for room/\n");
  std::string rows = "| `room/` | |\n";
  for (char name = 'a'; name < 'q'; ++name) {
    rows += std::string("| `") + name + ".h` | |\n";
    EXPECT_EQ(table(rows), name < 'p' ? "" : "21: More than 15 files are listed.\n");
  }
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
  EXPECT_EQ(session("$ seq 2\n1\n3"),
            "5: Shown is:\n    3\nbut the output has:\n      1 | 1\n  >   2 | 2\n\n");
  EXPECT_THAT(session("$ seq 2\n1\n2\n3"), StartsWith("6: Shown is:\n    3\nbut the output"));
  EXPECT_THAT(session("$ seq 2\n1"), StartsWith("3: the output has more than is shown:\n"));
  EXPECT_THAT(session("$ seq 2\n2\n1"), StartsWith("4: "));
  EXPECT_EQ(session("$ seq 9\n1\n...\n8\n9\n$ seq 3\n..."), "");
  EXPECT_THAT(session("$ seq 9\n1\n...\n8"), StartsWith("3: the output has more"));
  EXPECT_THAT(session("a\n$ true"), StartsWith("3: A session begins with a command"));
  EXPECT_EQ(session("$ exit 1\nnonsense", "not run: it takes a day"), "");
}

TEST(Sessions, MayHaveAnyOrder) {
  EXPECT_EQ(session("$ seq 2\n2\n1", "any order"), "");
  EXPECT_EQ(session("$ seq 5\n4\n2\n...", "any order"), "");
  EXPECT_THAT(session("$ seq 2\n2\n2", "any order"), HasSubstr("4: Comes, but is not shown: 1"));
  EXPECT_EQ(session("$ seq 5\n4\n6\n...", "any order"), "4: Shown, but does not come: 6\n");
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
      "$ echo 'trap \">over; exit $1\" TERM; echo Serving $3; while sleep .1; do :; done' >serve\n";
  const std::string start = "$ bash serve 0 --port 10000 &\nServing 10000";
  const std::string next = "\n```\n```console\n", stillThere = "$ ls over || echo no\n...\nno";
  const std::string twice = server + start + next + stillThere + next + start + next;
  EXPECT_EQ(session(twice + "$ ls over\nover"), "");
  EXPECT_EQ(session(server + "$ bash serve 3 --port 10000\nServing 10000"),
            "4: The server's exit code is 3\n");
  EXPECT_THAT(session(server + "$ bash serve 0 --port 10000\nServing 10001"), StartsWith("5: "));
}

TEST(Sessions, MakeSlowServersQuickUnlessTheyHaveADelay) {
  EXPECT_EQ(session("$ echo 'echo $*' > slowpoetry; chmod +x slowpoetry\n"
                    "$ ./slowpoetry a & wait; ./slowpoetry --delay 1\n--delay 0.002 a\n--delay 1"),
            "");
}

TEST(Sessions, EndAllThatTheyHaveStartedEvenIfTheTestIsKilled) {
  const testing::TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  testing::run({"/usr/bin/env", "mkfifo", pipe});
  const std::string start = "$ exec 4>" + pipe + "; echo x >&4; sleep 999 >&4 2>&1 & exec 4>&-; ";
  testing::RunningProgram reader({"/usr/bin/env", "cat", pipe});  // as long as anyone may write
  EXPECT_EQ(session(start), "");
  EXPECT_FALSE(reader.wait().timedOut);
  testing::RunningProgram again({"/usr/bin/env", "cat", pipe});
  EXPECT_EXIT(session(start + "kill -KILL " + std::to_string(::getpid()) + "; wait"),
              ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_FALSE(again.wait().timedOut);
  EXPECT_EQ(reader.outputSoFar() + again.outputSoFar(), "x\nx\n");
}

TEST(Examples, AreRun) {
  const auto run = [](const std::string& example) {
    return said(checkExample(R"(printf '\nExample:\n)" + example + "\\n' #"));
  };
  EXPECT_EQ(run("true"), "");
  EXPECT_THAT(run("false"), StartsWith("1: false\n\nends with exit code 1 "));
  EXPECT_THAT(run("echo wrong >&2"), HasSubstr("exit code 0 and says:\nwrong"));
  EXPECT_THAT(said(checkExample("echo")), StartsWith("1: --help shows no example:\n--help"));
}

}  // namespace
}  // namespace poetry::readme
