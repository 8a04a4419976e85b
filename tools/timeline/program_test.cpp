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

// With a recording in it, good.json, and a file that is none, bad.json.
class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path("good.json")) << RecordingText().mark(1, "done", 0, 5).text();
    std::ofstream(path("bad.json")) << "{";
  }

  std::string path(const std::string& name) const { return folder_ / name; }

  std::string contentOf(const std::string& name) const {
    return poetry::testing::contentsOf(path(name));
  }

 private:
  poetry::testing::TemporaryFolder folder_;
};

TEST_F(Program, PrintsTheTableAndWritesNothingUnasked) {
  const Outcome outcome = run(path("good.json"));
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_THAT(outcome.out, StartsWith("model "));
}

TEST_F(Program, WritesThePageThatTheExtensionAsksFor) {
  EXPECT_EQ(run(path("good.json") + " --output " + path("page.svg")).exitCode, 0);
  EXPECT_THAT(contentOf("page.svg"), StartsWith("<svg "));
  EXPECT_EQ(run(path("good.json") + " --output " + path("page.html")).exitCode, 0);
  EXPECT_THAT(contentOf("page.html"), StartsWith("<!DOCTYPE html>"));
}

TEST_F(Program, PutsTheTitleOnThePage) {
  run(path("good.json") + " --title 'One & all' --output " + path("page.html"));
  EXPECT_THAT(contentOf("page.html"), HasSubstr("<h1>One &amp; all</h1>"));
}

TEST_F(Program, NamesTheRecordingThatIsMalformedAndLeavesNoPage) {
  const Outcome outcome =
      run(path("good.json") + " " + path("bad.json") + " --output " + path("page.svg"));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_THAT(outcome.err, StartsWith("timeline: " + path("bad.json") + ": parse error"));
  EXPECT_FALSE(std::filesystem::exists(path("page.svg")));
}

TEST_F(Program, SaysThatAPageCannotBeWritten) {
  const Outcome outcome = run(path("good.json") + " --output " + path("no/page.svg"));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err,
            "timeline: write " + path("no/page.svg") + ": No such file or directory\n");
}

TEST_F(Program, RefusesWrongArgumentsInOneLine) {
  for (const std::string& arguments : {std::string(), std::string("--no-such-option x"),
                                       path("good.json") + " --output page.png"}) {
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
