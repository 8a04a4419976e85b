// Checks Deferred against its rules: worked examples, random scenarios against an independent
// reference, and, where it is installed, against Twisted itself.

#include "workbench/scenarios/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "tests/scenarios/reference.h"
#include "tests/scenarios/scenario_generator.h"

namespace poetry::testing {
namespace {

using nlohmann::json;

json logOf(const json& scenario) {
  checkScenario(scenario);
  return json::parse(runScenario(scenario));
}

// Texts, because json takes 1, 1.0 and true for less different than they are. The order of what was
// unhandled does not matter.
std::string comparable(const json& log) {
  std::vector<std::string> unhandled;
  for (const json& error : log["unhandled"]) unhandled.push_back(error.dump());
  std::sort(unhandled.begin(), unhandled.end());
  return log["log"].dump(1) + json(unhandled).dump(1);
}

TEST(Scenarios, GiveTheLogsOfTheWorkedExamples) {
  const json examples =
      json::parse(std::ifstream(LAB_CHAPTER "/tests/scenarios/worked_scenarios.json"));
  ASSERT_EQ(examples.size(), 18u);
  for (const json& example : examples) {
    EXPECT_EQ(comparable(logOf(example["scenario"])), comparable(example["log"]))
        << example["title"];
    EXPECT_EQ(comparable(referenceLog(example["scenario"])), comparable(example["log"]))
        << "by the reference: " << example["title"];
  }
}

TEST(Scenarios, AgreeWithTheReferenceOnRandomOnes) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const json scenario = randomScenario(seed);
    ASSERT_EQ(comparable(logOf(scenario)), comparable(referenceLog(scenario)))
        << "seed " << seed << ": " << scenario.dump();
  }
}

std::string complaintAbout(const std::string& scenario) {
  try {
    checkScenario(json::parse(scenario));
  } catch (const MalformedScenario& error) {
    return error.place + " " + error.what();
  }
  return "none";
}

TEST(Scenarios, AreCheckedBeforeTheyRun) {
  EXPECT_EQ(complaintAbout(R"([])"), " must be an object");
  EXPECT_EQ(complaintAbout(R"({})"), " has no \"steps\"");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "jump"}]})"),
            "/steps/0/op there is no step \"jump\"");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "deferred"}]})"), "/steps/0 has no \"name\"");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "cancel", "on": "b"}]})"),
            "/steps/0/on no step creates \"b\"");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "advance", "seconds": 1.5}]})"),
            "/steps/0/seconds must be a whole number, 0 or more");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "deferred", "name": "a"},
      {"op": "addBoth", "on": "a", "id": "i", "both": {"then": "explode"}}]})"),
            "/steps/1/both/then \"explode\" can not stand here");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "deferred", "name": "a"},
      {"op": "addBoth", "on": "a", "id": "i",
       "both": {"then": "pass", "actions": [{"op": "advance", "seconds": 1}]}}]})"),
            "/steps/1/both/actions/0/op \"advance\" is no action");
  EXPECT_EQ(complaintAbout(R"({"steps": [{"op": "deferred", "name": "a"}]})"), "none");
}

TEST(Scenarios, ThatUseANameTooEarlyAreMalformed) {
  EXPECT_THROW(logOf(json::parse(R"({"steps": [{"op": "cancel", "on": "a"},
      {"op": "deferred", "name": "a"}]})")),
               MalformedScenario);
}

TEST(Scenarios, ThatAwaitOrReturnWhatComesLaterAreMalformed) {
  const json awaits = json::parse(R"({"steps": [
    {"op": "coroutine", "name": "c", "body": [{"await": "b"}], "end": {"then": "seen"}},
    {"op": "deferred", "name": "b"}]})");
  EXPECT_THROW(runScenario(awaits), MalformedScenario);
  const json returns = json::parse(R"({"steps": [
    {"op": "succeed", "name": "a", "value": 1},
    {"op": "addCallback", "on": "a", "id": "f", "callback": {"then": "deferred", "name": "b"}},
    {"op": "deferred", "name": "b"}]})");
  EXPECT_THROW(runScenario(returns), MalformedScenario);
}

TEST(Scenarios, KnowTheirLines) {
  const std::string text = "{\"steps\": [\n {\"op\":\n  \"advance\",\n \"seconds\": 1\n}\n,\n{}]}";
  EXPECT_EQ(lineOf(text, ""), 1);
  EXPECT_EQ(lineOf(text, "/steps/0"), 2);
  EXPECT_EQ(lineOf(text, "/steps/0/op"), 3);
  EXPECT_EQ(lineOf(text, "/steps/0/seconds"), 4);
  EXPECT_EQ(lineOf(text, "/steps/1"), 7);
}

// ---- the program --------------------------------------------------------------------------------

const std::string kProgram = LAB_PROGRAMS "/deferred-scenarios";
const std::string kGood = R"({"steps": [{"op": "succeed", "name": "a", "value": 1}]})";
const std::string kGoodLog = R"({"log":[{"ev":"step","n":0,"op":"succeed"}],"unhandled":[]})";

std::string fileWith(const TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder / "input") << text;
  return folder / "input";
}

Outcome runWithInput(const std::string& arguments, const std::string& file) {
  return run({"/bin/sh", "-c", kProgram + " " + arguments + " <" + file});
}

TEST(DeferredScenarios, ReadsAFileOrItsInput) {
  const TemporaryFolder folder;
  const std::string file = fileWith(folder, kGood);
  for (const Outcome& outcome : {run({kProgram, file}), runWithInput("", file)}) {
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(json::parse(outcome.out), json::parse(kGoodLog));
  }
}

TEST(DeferredScenarios, PrintsALogALineInBatches) {
  const TemporaryFolder folder;
  const std::string file = fileWith(folder, kGood + "\n" + kGood + "\n");
  const Outcome outcome = runWithInput("--batch", file);
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.out, kGoodLog + "\n" + kGoodLog + "\n");
}

TEST(DeferredScenarios, NamesLineAndPlaceOfWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string file = fileWith(folder, "{\"steps\": [\n{\"op\": \"deferred\"}]}");
  const Outcome outcome = run({kProgram, file});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.err, "deferred-scenarios: " + file + ", line 2: /steps/0: has no \"name\"\n");
}

TEST(DeferredScenarios, NamesTheLineOfABatchAndPrintsWhatCameBefore) {
  const TemporaryFolder folder;
  const std::string file = fileWith(folder, kGood + "\n{\"steps\": 1}\n");
  const Outcome outcome = runWithInput("--batch", file);
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.out, kGoodLog + "\n");
  EXPECT_EQ(outcome.err, "deferred-scenarios: line 2: /steps: must be an array\n");
}

TEST(DeferredScenarios, SaysWhereTextIsNoJson) {
  const TemporaryFolder folder;
  const Outcome outcome = run({kProgram, fileWith(folder, "{\n  nonsense}")});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_NE(outcome.err.find("line 2, column 4"), std::string::npos) << outcome.err;
}

TEST(DeferredScenarios, DoesNotGoTooDeep) {
  const TemporaryFolder folder;
  const std::string deep(100'000, '['), end(100'000, ']');
  const Outcome outcome = run({kProgram, fileWith(folder, deep + end)});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_NE(outcome.err.find("nested more than 1000 levels deep"), std::string::npos);
}

TEST(DeferredScenarios, CanNotReadWhatIsNotThere) {
  const Outcome outcome = run({kProgram, "/no/such/file"});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.err, "deferred-scenarios: can not read /no/such/file\n");
}

// ---- Twisted ------------------------------------------------------------------------------------

TEST(DeferredScenarios, AgreesWithTwisted) {
  if (run({"/usr/bin/env", "-i", "/usr/bin/python3", "-c", "import twisted"}).exitCode != 0) {
    GTEST_SKIP() << "Twisted is not installed (python3-twisted)";
  }
  const TemporaryFolder folder;
  std::string scenarios;
  for (std::uint64_t seed = 1'000'000; seed < 1'001'000; ++seed) {
    scenarios += randomScenario(seed).dump() + "\n";
  }
  const std::string file = fileWith(folder, scenarios);
  const std::vector<std::string> ours = linesOf(runWithInput("--batch", file).out);
  const std::vector<std::string> twisted = linesOf(
      run({"/bin/sh", "-c", LAB_CHAPTER "/tests/scenarios/twisted-scenarios.py --batch <" + file})
          .out);
  const std::vector<std::string> all = linesOf(scenarios);
  ASSERT_EQ(ours.size(), all.size());
  ASSERT_EQ(twisted.size(), all.size());
  for (std::size_t n = 0; n < all.size(); ++n) {
    ASSERT_EQ(comparable(json::parse(ours[n])), comparable(json::parse(twisted[n]))) << all[n];
  }
}

}  // namespace
}  // namespace poetry::testing
