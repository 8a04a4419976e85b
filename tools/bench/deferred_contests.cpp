#include "deferred_contests.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "deferred_chains.h"
#include "summary.h"

namespace poetry {

namespace {

using Clock = std::chrono::steady_clock;

double nanosecondsOf(const Chain& chain, int times) {
  const auto start = Clock::now();
  chain.run(times);
  const std::chrono::duration<double, std::nano> taken = Clock::now() - start;
  return taken.count() / times / kLinks;
}

double allocationsOf(const Chain& chain) {
  chain.run(1);  // what is allocated once, the first time, does not count
  const std::size_t before = allocations();
  chain.run(1);
  return static_cast<double>(allocations() - before) / kLinks;
}

// Twisted measures itself: three of the chains. Says so, if it is not installed.
void addTwisted(ContestResults& contest) {
  const std::unique_ptr<FILE, int (*)(FILE*)> output(
      ::popen("/usr/bin/python3 " LAB_ROOT "/tools/bench/twisted_deferreds.py 2>/dev/null", "r"),
      ::pclose);
  for (const char* const chain :
       {"values", "an error passes by", "each returns one that has fired"}) {
    double nanoseconds = 0;
    const bool measured = output && std::fscanf(output.get(), "%lf", &nanoseconds) == 1;
    contest.entries.push_back({std::string("Twisted's own, in Python, ") + chain,
                               measured ? "" : "python3-twisted is not installed"});
    if (measured) contest.entries.back().runs = {{nanoseconds}};
  }
}

// By their places in allChains().
std::vector<Aim> aims(const ContestResults& contest) {
  const auto nanoseconds = [&](std::size_t chain) { return contest.entries.at(chain).all(0); };
  return {
      atMost(12, "ns a callback, values", nanoseconds(0)),
      atMost(4, "allocations for a chain of ten, values",
             {median(contest.entries.front().all(1)) * kLinks}),
      atMost(20, "ns a callback, an error passes by", nanoseconds(2)),
      atMost(30, "ns to resume a coroutine", {median(nanoseconds(7)) - median(nanoseconds(8))}),
      atMost(200, "bytes of a pending Deferred with one callback", {bytesPerPendingDeferred()})};
}

}  // namespace

AllResults runDeferredContests(int rounds, bool quick) {
  std::vector<Chain> chains = allChains();
  chains.push_back(boostFuture());
  ContestResults contest = {
      .contest = "Chains of ten functions",
      .caption = "Built, fired and destroyed.",
      .figures = {{"ns a function"}, {"allocations a function"}},
      .yardstick = chains.front().name,
      .rounds = rounds,
  };
  enter(contest, chains);
  const int perRound = quick ? 100 : 20'000;
  for (int round = 0; round < rounds; ++round) {
    runOneRound(contest, chains, [&](const Chain& chain) {
      return Figures{nanosecondsOf(chain, perRound), allocationsOf(chain)};
    });
  }
  addTwisted(contest);
  return {rounds, {contest}, aims(contest)};
}

}  // namespace poetry
