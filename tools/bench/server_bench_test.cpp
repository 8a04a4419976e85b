// The servers' benchmark, run quickly.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "poem_load.h"

namespace poetry {

namespace {

const std::string kServerBench = LAB_PROGRAMS "/bench-servers";
const std::string kRawEpoll = LAB_PROGRAMS "/poem_servers/raw-epoll";

void expectMeasured(const nlohmann::json& contest) {
  SCOPED_TRACE(contest.at("contest"));
  const nlohmann::json& results = contest.at("results");
  EXPECT_EQ(results.at(0).at("contestant"), contest.at("yardstick"));
  EXPECT_EQ(results.at(0).at("times").at("median"), 1.0);
  for (const auto& result : results) {
    SCOPED_TRACE(result.at("contestant"));
    if (result.contains("skipped")) continue;
    EXPECT_EQ(result.at("runs").size(), 1U);
    EXPECT_EQ(result.at("figures").size(), contest.at("figures").size());
    EXPECT_GT(result.at("figures").at(0).at("median").get<double>(), 0);
  }
}

// It fails if a poem did not come whole.
TEST(ServerBench, QuickRunMeasuresEveryServerThatIsThere) {
  const testing::Outcome outcome = testing::run({kServerBench, "--quick"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto results = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(results.at("rounds"), 1);
  EXPECT_EQ(results.at("contests").size(), 4U);
  EXPECT_EQ(results.at("aims").size(), 7U);
  for (const auto& contest : results.at("contests")) expectMeasured(contest);
}

TEST(ServerBench, RefusesAPoemThatIsNotTheRightOne) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "poem") << "Roses are red";
  const ServerProcess server({kRawEpoll, folder / "poem"});
  EXPECT_GT(cpuSecondsOfBurst(server, 3, {"", "Roses are red"}), 0);
  EXPECT_THROW(cpuSecondsOfBurst(server, 3, {"", "Roses are blue"}), std::runtime_error);
  EXPECT_THROW(cpuSecondsOfBurst(server, 3, {"", "Roses are red."}), std::runtime_error);
  EXPECT_THROW(cpuSecondsOfBurst(server, 3, {"", "Roses"}), std::runtime_error);
}

TEST(ServerBench, SaysWhichServerDidNotStart) {
  EXPECT_THROW(ServerProcess({"/bin/false"}), std::runtime_error);
}

nlohmann::json summaryOf(double value) {
  return {{"median", value}, {"min", value}, {"max", value}};
}

TEST(ServerBench, DrawsTheTablesOfAnEarlierRun) {
  const testing::TemporaryFolder folder;
  const nlohmann::json machine = {{"processor", "Abacus"},
                                  {"cores", 2},
                                  {"kernel", "Linux"},
                                  {"compiler", "g++"},
                                  {"build", "Release"}};
  const nlohmann::json fast = {{"contestant", "fast"},
                               {"figures", {summaryOf(130)}},
                               {"times", summaryOf(1.3)},
                               {"runs", nlohmann::json::array()}};
  const nlohmann::json contest = {
      {"contest", "Poems"},
      {"caption", "Many."},
      {"rounds", 3},
      {"figures", {{{"figure", "poems a CPU second"}, {"digits", 0}}}},
      {"yardstick", "raw epoll"},
      {"results", {fast, {{"contestant", "libuv"}, {"skipped", "libuv1-dev is not installed"}}}}};
  const nlohmann::json aims = {
      {{"aim", "fast"}, {"least", 0.95}, {"measured", summaryOf(0.9)}, {"met", false}},
      {{"aim", "late"}, {"most", 1.05}, {"measured", summaryOf(1)}, {"met", true}}};
  std::ofstream(folder / "results.json") << nlohmann::json{
      {"machine", machine}, {"rounds", 3}, {"contests", {contest}}, {"aims", aims}};

  const testing::Outcome outcome =
      testing::run({kServerBench, "--table", "--from", folder / "results.json"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  for (const char* line : {
           "Measured on Abacus, 2 cores, Linux, with g++, Release build. Medians (least–most).",
           "Poems. Many. Rounds: 3.\n\n",
           "| | poems a CPU second | times raw epoll |\n|---|---:|---:|\n",
           "| fast | 130 (130–130) | 1.300 (1.300–1.300) |\n",
           "| libuv | skipped: libuv1-dev is not installed | |\n",
           "| fast | at least 0.95 | 0.900 (0.900–0.900) | missed |\n",
           "| late | at most 1.05 | 1.000 (1.000–1.000) | met |\n",
       }) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "\nin\n" << outcome.out;
  }
}

TEST(ServerBench, RefusesWrongArguments) {
  EXPECT_EQ(testing::run({kServerBench, "--rounds", "0"}).exitCode, 2);
  EXPECT_EQ(testing::run({kServerBench, "--from", "/nowhere"}).exitCode, 1);
}

}  // namespace

}  // namespace poetry
