#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workbench/simulator/script.h"

namespace poetry::simulator {

// What runs along the chains: a value, or an error.
struct Outcome {
  bool failed = false;
  std::string text;

  bool operator==(const Outcome&) const = default;
};

// What happened to one Deferred.
struct Run {
  Outcome firedWith;
  std::vector<Outcome> given;      // to the functions called: one per pair, from the first
  std::optional<Outcome> cameOut;  // of the last pair; nothing if the Deferred still waits
  bool unhandled = false;          // it was an error, and the Deferred reported it when it went
};

// Makes a Deferred, adds all pairs, fires it, and then what the script fires.
Run simulate(const Script& script, const Outcome& firedWith);

// The two runs that are drawn.
std::vector<Run> simulateBoth(const Script& script);

// ---- questions to the record --------------------------------------------------------------------

// The one of the pair that is called with this.
const Action& calledOf(const Pair& pair, const Outcome& given);

// What came out of the pair with this index; nothing if it was not called, or is waited for.
std::optional<Outcome> resultOf(const Run& run, std::size_t pair);

// The name of what the run waits for; empty if it is over.
std::string waitsFor(const Script& script, const Run& run);

// What to write beside the way on from that pair: the result, and which Deferred it came from.
std::string labelOf(const Script& script, const Run& run, std::size_t pair);

// How it began and ended, in words: "Fired with a value: 1", "Unhandled error: 2".
std::string startOf(const Run& run);
std::string endOf(const Script& script, const Run& run);

}  // namespace poetry::simulator
