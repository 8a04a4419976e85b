// The benchmark, run quickly on the lab's real clients; and what it makes of its figures.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "results.h"
#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;
using testing::Outcome;

const std::string kBench = LAB_PROGRAMS "/bench-clients";

// One client's results in one workload.
json resultsOf(const json& workload, const std::string& client) {
  for (const json& each : workload.at("clients")) {
    if (each.at("client") == client) return each;
  }
  throw std::out_of_range(client);
}

double median(const json& result, const char* figure) {
  return result.at(figure).at("median").get<double>();
}

void expectSaneRuns(const json& result, int poems) {
  for (const json& run : result.at("runs")) {
    EXPECT_EQ(run.at("served"), poems);
    // No client can have a poem before the server has sent it.
    EXPECT_GE(run.at("seconds").get<double>(), run.at("slowestServerSeconds").get<double>());
    EXPECT_GT(run.at("cpuSeconds").get<double>(), 0);
    EXPECT_GT(run.at("peakBytes").get<double>(), 0);
  }
}

void expectSaneSummary(const json& summary, double least) {
  EXPECT_GE(summary.at("min").get<double>(), least);
  EXPECT_LE(summary.at("min"), summary.at("median"));
  EXPECT_LE(summary.at("median"), summary.at("max"));
}

void expectSaneWorkload(const json& workload, int poems, std::size_t leftOut) {
  EXPECT_EQ(workload.at("poems"), poems);
  for (const json& result : workload.at("clients")) {
    SCOPED_TRACE(result.at("client"));
    if (result.contains("leftOut")) {
      ASSERT_GT(leftOut--, 0U) << result.at("leftOut");
      continue;
    }
    EXPECT_EQ(result.at("runs").size(), 1U);
    expectSaneRuns(result, poems);
    expectSaneSummary(result.at("timeToSlowestServer"), 0.99);
    expectSaneSummary(result.at("timeToBare"), 0);
    expectSaneSummary(result.at("cpuToBare"), 0);
  }
}

TEST(Bench, QuickRunMeasuresEveryClient) {
  const Outcome outcome = testing::run({kBench, "--quick"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const json results = json::parse(outcome.out);

  EXPECT_EQ(results.at("rounds"), 1);
  EXPECT_GE(results.at("machine").at("cores"), 1);
  ASSERT_EQ(results.at("workloads").size(), 2U);
  expectSaneWorkload(results.at("workloads")[0], 3, 0);
  expectSaneWorkload(results.at("workloads")[1], 30, 1);  // without the blocking client
  EXPECT_TRUE(results.at("memory").empty());              // so few connections tell nothing

  // What the whole lab is about.
  const json& few = results.at("workloads")[0];
  const json blocking = resultsOf(few, "chapter01-blocking/get-poetry");
  EXPECT_GE(median(blocking, "timeToSlowestServer"), 2.0);
  EXPECT_LT(median(resultsOf(few, "chapter02-select/get-poetry"), "timeToSlowestServer"),
            median(blocking, "timeToSlowestServer"));
}

TEST(Bench, DrawsTheTablesOfAnEarlierRun) {
  const testing::TemporaryFolder folder;
  const Workload workload{.poems = 10000, .bytes = 3000, .chunks = 10, .delay = 0.2};
  const Client client{"chapter02-select/get-poetry-poll", {}, 10000, ""};
  Sample run;
  run.seconds = 3;
  run.slowestServerSeconds = 2;
  std::ofstream(folder / "results.json")
      << json{{"machine",
               {{"processor", "Abacus"},
                {"cores", 2},
                {"kernel", "Linux"},
                {"compiler", "g++"},
                {"build", "Release"}}},
              {"rounds", 1},
              {"droppedConnects", 0},
              {"workloads", json::array({toJson(workload, {{client, {run}}}, {})})},
              {"memory", json::array()}};

  const Outcome outcome = testing::run({kBench, "--table", "--from", folder / "results.json"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("Measured on Abacus, 2 cores"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("10,000 poems of 3,000 bytes"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("| chapter02-select/get-poetry-poll | 1.500 (1.500–1.500) |"),
            std::string::npos)
      << outcome.out;
}

TEST(Bench, RefusesWrongArguments) {
  EXPECT_EQ(testing::run({kBench, "--clients", "get-prose"}).exitCode, 2);
  EXPECT_EQ(testing::run({kBench, "--rounds", "0"}).exitCode, 2);
  EXPECT_EQ(testing::run({kBench, "--poems", "20000"}).exitCode, 2);
}

TEST(Bench, NamesAProgramThatIsNotThere) {
  const Outcome outcome = testing::run({kBench, "--quick", "--build", "/nowhere"});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("/nowhere/tools/bench/bare-epoll-client is not built"),
            std::string::npos)
      << outcome.err;
}

TEST(PoemServer, EndsWithItsInput) {
  const std::string command = ": | " LAB_PROGRAMS "/poem-server --ports 2";
  const Outcome outcome = testing::run({"/bin/sh", "-c", command});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_EQ(testing::linesOf(outcome.out).size(), 2U) << outcome.out;
}

std::vector<Sample> runsOf(const std::vector<double>& seconds) {
  std::vector<Sample> runs;
  for (const double each : seconds) {
    runs.emplace_back();
    runs.back().seconds = each;
    runs.back().slowestServerSeconds = 1;
    runs.back().cpuSeconds = 1;
  }
  return runs;
}

TEST(Results, HoldEveryRunAgainstTheBareOneOfItsRound) {
  // The machine was busy in the second round, for both.
  const std::vector<Sample> bare = runsOf({1, 10, 1});
  const json workload =
      toJson({3, 3000, 10, 0.1}, {{{"poll", {}, 3, ""}, runsOf({2, 20, 4})}}, bare);
  const json& ratio = workload.at("clients")[0].at("timeToBare");
  EXPECT_EQ(ratio, (json{{"median", 2.0}, {"min", 2.0}, {"max", 4.0}}));
}

TEST(Results, SayWhyAClientIsLeftOut) {
  std::vector<Sample> runs = runsOf({1, 1});
  runs.back().failure = "2 of 3 poems";
  const json workload =
      toJson({3, 3000, 10, 0.1},
             {{{"too many", {}, 2, "no room"}, {}}, {{"failed", {}, 3, ""}, runs}}, {});
  EXPECT_EQ(workload.at("clients")[0].at("leftOut"), "no room");
  EXPECT_EQ(workload.at("clients")[1].at("leftOut"), "2 of 3 poems");
}

TEST(Results, CountTheMemoryOfTheConnectionsThatOneRunHadMore) {
  EXPECT_DOUBLE_EQ(bytesPerConnection(2'000'000, 1010, 1'000'000, 10, 300), 700);
}

}  // namespace

}  // namespace poetry
