// The reactor's benchmark, run quickly.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry {

namespace {

using nlohmann::json;
using testing::Outcome;
using Names = std::set<std::string>;

const std::string kReactorBench = LAB_PROGRAMS "/bench-reactor";

// Those that the lab was configured without.
Names absent() {
  Names names = {"libuv", "Asio"};
#ifdef LAB_HAVE_LIBUV
  names.erase("libuv");
#endif
#ifdef LAB_HAVE_ASIO
  names.erase("Asio");
#endif
  return names;
}

const json& contest(const json& results, const std::string& name) {
  for (const json& each : results.at("contests")) {
    if (each.at("contest") == name) return each;
  }
  throw std::out_of_range(name);
}

const json& resultOf(const json& contest, const std::string& name) {
  for (const json& each : contest.at("results")) {
    if (each.at("contestant") == name) return each;
  }
  throw std::out_of_range(name);
}

Names contestantsOf(const json& contest) {
  Names names;
  for (const json& result : contest.at("results")) names.insert(result.at("contestant"));
  return names;
}

double medianOf(const json& result, std::size_t figure) {
  return result.at("figures").at(figure).at("median").get<double>();
}

void expectSane(const json& contest) {
  SCOPED_TRACE(contest.at("contest"));
  for (const json& result : contest.at("results")) {
    SCOPED_TRACE(result.at("contestant"));
    if (absent().contains(result.at("contestant"))) {
      EXPECT_TRUE(result.contains("skipped"));
      continue;
    }
    ASSERT_FALSE(result.contains("skipped")) << result.at("skipped");
    EXPECT_EQ(result.at("runs").size(), 1U);
    EXPECT_EQ(result.at("figures").size(), contest.at("figures").size());
    EXPECT_NE(medianOf(result, 0), 0);
  }
  const json& yardstick = resultOf(contest, contest.at("yardstick"));
  EXPECT_EQ(yardstick.at("above").at("median"), 0.0);
  EXPECT_EQ(yardstick.at("times").at("median"), 1.0);
}

TEST(ReactorBench, QuickRunMeasuresEveryLoopThatIsThere) {
  const Outcome outcome = testing::run({kReactorBench, "--quick"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const json results = json::parse(outcome.out);

  EXPECT_EQ(results.at("rounds"), 1);
  EXPECT_GE(results.at("machine").at("cores"), 1);
  EXPECT_EQ(results.at("contests").size(), 7U);
  EXPECT_EQ(results.at("aims").size(), 6U);
  for (const json& each : results.at("contests")) expectSane(each);

  EXPECT_EQ(contestantsOf(contest(results, "One descriptor event, 100 a turn")),
            (Names{"bare epoll", "bare libevent", "bare libevent, precise timer", "LibeventReactor",
                   "LibeventReactor, no warnings", "SelectReactor", "libuv", "Asio"}));
  EXPECT_EQ(contestantsOf(contest(results, "One timer, 100 pending")),
            (Names{"bare libevent", "bare libevent, precise timer",
                   "bare libevent, event_base_once", "LibeventReactor", "libuv", "Asio"}));

  // A call may come late, but never early.
  const json& late = contest(results, "A timer's lateness");
  EXPECT_GE(medianOf(resultOf(late, "LibeventReactor"), 2), 0);
  EXPECT_GE(medianOf(resultOf(late, "SelectReactor"), 2), 0);
}

json of(double value) {
  return {{"median", value}, {"min", value}, {"max", value}};
}

TEST(ReactorBench, DrawsTheTablesOfAnEarlierRun) {
  const testing::TemporaryFolder folder;
  const json ours = {{"contestant", "ours"},
                     {"figures", {of(130)}},
                     {"above", of(30)},
                     {"times", of(1.3)},
                     {"runs", json::array()}};
  const json absentOne = {{"contestant", "libuv"}, {"skipped", "libuv1-dev is not installed"}};
  std::ofstream(folder / "results.json")
      << json{{"machine",
               {{"processor", "Abacus"},
                {"cores", 2},
                {"kernel", "Linux"},
                {"compiler", "g++"},
                {"build", "Release"}}},
              {"rounds", 3},
              {"contests",
               {{{"contest", "one event"},
                 {"caption", "Of many."},
                 {"figures", {{{"figure", "ns"}, {"digits", 1}}}},
                 {"yardstick", "bare"},
                 {"results", {ours, absentOne}}}}},
              {"aims", {{{"aim", "fast"}, {"most", 10}, {"measured", of(30)}, {"met", false}}}}};

  const Outcome outcome =
      testing::run({kReactorBench, "--table", "--from", folder / "results.json"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  for (const char* line : {
           "Measured on Abacus, 2 cores, Linux, with g++, Release build. Median of 3 rounds",
           "| | ns | above bare | times bare |\n|---|---:|---:|---:|\n",
           "| ours | 130.0 (130.0–130.0) | 30.0 (30.0–30.0) | 1.30 (1.30–1.30) |\n",
           "| libuv | skipped: libuv1-dev is not installed | | |\n",
           "| fast | 10 | 30.00 (30.00–30.00) | missed |\n",
       }) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "\nin\n" << outcome.out;
  }
}

TEST(ReactorBench, RefusesWrongArguments) {
  EXPECT_EQ(testing::run({kReactorBench, "--rounds", "0"}).exitCode, 2);
  EXPECT_EQ(testing::run({kReactorBench, "--from", "/nowhere"}).exitCode, 1);
}

}  // namespace

}  // namespace poetry
