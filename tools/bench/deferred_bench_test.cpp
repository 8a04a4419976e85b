// The benchmark of Deferred, run quickly.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry {

namespace {

const std::string kDeferredBench = LAB_PROGRAMS "/bench-deferred";

nlohmann::json quickResults() {
  const testing::Outcome outcome = testing::run({kDeferredBench, "--quick"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  return nlohmann::json::parse(outcome.out);
}

double measured(const nlohmann::json& results, const std::string& aim) {
  for (const auto& each : results.at("aims")) {
    if (each.at("aim") == aim) return each.at("measured").at("median").get<double>();
  }
  throw std::out_of_range(aim);
}

// What does not depend on the machine's speed.
TEST(DeferredBench, CountsAllocationsAndBytes) {
  const nlohmann::json results = quickResults();
  const double allocations = measured(results, "allocations for a chain of ten, values");
  EXPECT_GT(allocations, 0);
  EXPECT_LE(allocations, 4);
  EXPECT_LE(measured(results, "bytes of a pending Deferred with one callback"), 200);
}

TEST(DeferredBench, MeasuresEveryChain) {
  const nlohmann::json results = quickResults();
  const nlohmann::json& chains = results.at("contests").at(0).at("results");
  EXPECT_EQ(chains.size(), 20u);
  for (const auto& chain : chains) {
    if (chain.contains("skipped")) continue;
    EXPECT_GT(chain.at("figures").at(0).at("median").get<double>(), 0);
  }
}

TEST(DeferredBench, MakesATableOfWhatItMeasured) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "results.json") << quickResults();
  const testing::Outcome outcome =
      testing::run({kDeferredBench, "--table", "--from", folder / "results.json"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("\n| `Deferred`, values | "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\n| ns to resume a coroutine | 30 | "), std::string::npos);
}

}  // namespace

}  // namespace poetry
