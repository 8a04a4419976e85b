// Tests of the program as it is called: exit codes, messages, files. LAB_PROGRAMS is its folder.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "tools/timeline/test_support.h"

namespace poetry::timeline {

namespace {

using ::testing::HasSubstr;
using testing::Outcome;
using ::testing::StartsWith;

// `arguments` as a shell reads them.
Outcome run(const std::string& arguments) {
  return testing::run({"/bin/sh", "-c", LAB_PROGRAMS "/timeline " + arguments});
}

// With a recording in its folder, good.json, and a file that is none, bad.json.
class Program : public ::testing::Test {
 protected:
  Program() {
    std::ofstream(good_) << RecordingText().mark(1, "done", 0, 5).text();
    std::ofstream(bad_) << "{";
  }

  // What the file has in it that the program is asked for with these arguments, and a good
  // recording.
  std::string written(const std::string& name, const std::string& arguments = "") const {
    EXPECT_EQ(run(good_ + arguments + " --output " + (folder_ / name)).exitCode, 0);
    return testing::contentsOf(folder_ / name);
  }

  const testing::TemporaryFolder folder_;
  const std::string good_ = folder_ / "good.json";
  const std::string bad_ = folder_ / "bad.json";
  const std::string svg_ = folder_ / "page.svg";
};

TEST_F(Program, PrintsTheTableAndWritesNothingUnasked) {
  const Outcome outcome = run(good_);
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_THAT(outcome.out, StartsWith("model "));
}

TEST_F(Program, WritesThePageThatTheExtensionAsksForWithItsTitle) {
  EXPECT_THAT(written("page.svg"), StartsWith("<svg "));
  EXPECT_THAT(written("page.html"), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(written("page.html", " --title 'One & all'"), HasSubstr("<h1>One &amp; all</h1>"));
}

TEST_F(Program, NamesTheRecordingThatIsMalformedAndLeavesNoPage) {
  const Outcome outcome = run(good_ + " " + bad_ + " --output " + svg_);
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_THAT(outcome.err, StartsWith("timeline: " + bad_ + ": parse error"));
  EXPECT_FALSE(std::filesystem::exists(svg_));
}

TEST_F(Program, SaysThatAPageCannotBeWritten) {
  const std::string page = folder_ / "no/page.svg";
  const Outcome outcome = run(good_ + " --output " + page);
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err, "timeline: write " + page + ": No such file or directory\n");
}

TEST_F(Program, RefusesWrongArgumentsInOneLine) {
  for (const std::string& arguments :
       {std::string(), std::string("--no-such-option x"), good_ + " --output page.png"}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exitCode, 2) << arguments;
    EXPECT_THAT(outcome.err, StartsWith("timeline: "));
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  }
}

TEST_F(Program, HelpsWithAnExample) {
  const Outcome outcome = run("--help");
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_THAT(outcome.out,
              HasSubstr("build/tools/timeline build/demo/*.json --output build/demo/index.html"));
}

}  // namespace

}  // namespace poetry::timeline
