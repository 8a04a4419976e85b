// Runs this chapter's servers and clients in 20,000 simulated worlds; see testing/simulated_world.h
// for what goes on in them. When one breaks a rule, its seed is printed. To see that world alone:
//
//   SIMULATION_SEED=4711 build/chapter05-server/simulation_test

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "testing/simulated_world.h"

namespace poetry::testing {
namespace {

// A build with sanitizers, or without optimizing, is many times slower.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kWorlds = 20'000;
#else
constexpr std::uint64_t kWorlds = 1'000;
#endif

std::string complaintsOf(std::uint64_t seed, const WorldOutcome& outcome) {
  std::string text = fmt::format("seed {}:\n", seed);
  for (const std::string& complaint : outcome.complaints) text += "  " + complaint + "\n";
  return text + fmt::format("again: SIMULATION_SEED={} {}", seed, LAB_PROGRAMS "/simulation_test");
}

TEST(SimulatedWorlds, KeepToTheRules) {
  if (const char* seed = std::getenv("SIMULATION_SEED")) {
    const WorldOutcome outcome = runWorld(std::stoull(seed), /*trace=*/true);
    EXPECT_TRUE(outcome.complaints.empty()) << complaintsOf(std::stoull(seed), outcome);
    return;
  }
  std::uint64_t events = 0;
  int poems = 0, errors = 0, failed = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= kWorlds && failed < 5; ++seed) {
    const WorldOutcome outcome = runWorld(seed);
    events += outcome.events;
    poems += outcome.poems;
    errors += outcome.errors;
    if (outcome.complaints.empty()) continue;
    ++failed;
    ADD_FAILURE() << complaintsOf(seed, outcome);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} worlds in {:.2f} s: {} events, {} poems, {} errors\n", kWorlds, seconds.count(),
             events, poems, errors);
  // Both have to happen often, or nothing is proved.
  EXPECT_GT(poems, static_cast<int>(kWorlds) / 2);
  EXPECT_GT(errors, static_cast<int>(kWorlds) / 2);
}

TEST(SimulatedWorlds, AreTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const WorldOutcome once = runWorld(seed), again = runWorld(seed);
    EXPECT_EQ(once.events, again.events);
    EXPECT_EQ(once.poems, again.poems);
    EXPECT_EQ(once.errors, again.errors);
  }
}

}  // namespace
}  // namespace poetry::testing
