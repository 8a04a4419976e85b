#include "deferred_contests.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "deferred_chains.h"
#include "machine.h"
#include "summary.h"

namespace poetry {

namespace {

using nlohmann::json;
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
void addTwisted(json& results) {
  const std::unique_ptr<FILE, int (*)(FILE*)> output(
      ::popen("/usr/bin/python3 " LAB_ROOT "/tools/bench/twisted_deferreds.py 2>/dev/null", "r"),
      ::pclose);
  for (const char* const chain :
       {"values", "an error passes by", "each returns one that has fired"}) {
    double nanoseconds = 0;
    json result = {{"chain", std::string("Twisted's own, in Python, ") + chain}};
    if (output && std::fscanf(output.get(), "%lf", &nanoseconds) == 1) {
      result["ns"] = summary({nanoseconds});
    } else {
      result["skipped"] = "python3-twisted is not installed";
    }
    results.push_back(std::move(result));
  }
}

json aim(const std::string& what, double most, double measured) {
  return {{"aim", what}, {"most", most}, {"measured", measured}, {"met", measured <= most}};
}

double medianOf(const json& chains, std::size_t index) {
  return chains.at(index).at("ns").at("median").get<double>();
}

// By their places in allChains().
json aims(const json& chains) {
  return {aim("ns a callback, values", 12, medianOf(chains, 0)),
          aim("allocations for a chain of ten, values", 4,
              chains.at(0).at("allocations").get<double>() * kLinks),
          aim("ns a callback, an error passes by", 20, medianOf(chains, 2)),
          aim("ns to resume a coroutine", 30, medianOf(chains, 7) - medianOf(chains, 8)),
          aim("bytes of a pending Deferred with one callback", 200, bytesPerPendingDeferred())};
}

}  // namespace

json runDeferredContests(int rounds, bool quick) {
  std::vector<Chain> chains = allChains();
  chains.push_back(boostFuture());
  std::vector<std::vector<double>> times(chains.size());
  const int perRound = quick ? 100 : 20'000;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < chains.size(); ++i) {
      if (chains[i].skipped.empty()) times[i].push_back(nanosecondsOf(chains[i], perRound));
    }
  }
  json results = json::array();
  for (std::size_t i = 0; i < chains.size(); ++i) {
    json result = {{"chain", chains[i].name}};
    if (chains[i].skipped.empty()) {
      result["ns"] = summary(times[i]);
      result["allocations"] = allocationsOf(chains[i]);
    } else {
      result["skipped"] = chains[i].skipped;
    }
    results.push_back(std::move(result));
  }
  addTwisted(results);
  return {{"machine", describeMachine()},
          {"rounds", rounds},
          {"chains", results},
          {"aims", aims(results)}};
}

}  // namespace poetry
