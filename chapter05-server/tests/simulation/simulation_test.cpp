// Runs this chapter's servers and clients in 20,000 simulated worlds; see simulated_world.h
// for what goes on in them. When one breaks a rule, its seed is printed. To see that world alone:
//
//   SIMULATION_SEED=4711 build/chapter05-server/simulation_test

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/simulation/simulated_world.h"

namespace poetry::testing {
namespace {

// A build with sanitizers, or without optimizing, is many times slower.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kWorlds = 20'000;
#else
constexpr std::uint64_t kWorlds = 1'000;
#endif

volatile std::sig_atomic_t theSeed = 0;

// A world may also break by a crash. Says which one it was, and lets the crash go on.
extern "C" void tellSeed(int signal) {
  char line[] = "crashed in the world of seed 00000\n";
  char* digit = line + sizeof line - 3;
  for (int seed = theSeed; seed > 0; seed /= 10) *digit-- = static_cast<char>('0' + seed % 10);
  static_cast<void>(!::write(STDERR_FILENO, line, sizeof line - 1));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

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
  for (const int crash : {SIGSEGV, SIGABRT, SIGBUS}) std::signal(crash, tellSeed);
  std::uint64_t events = 0;
  int poems = 0, errors = 0, failed = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= kWorlds && failed < 5; ++seed) {
    theSeed = static_cast<int>(seed);
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
