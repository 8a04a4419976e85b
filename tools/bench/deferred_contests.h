#pragma once

#include "contest_results.h"

namespace poetry {

// Measures all chains, in rounds: A, B, C, A, B, C, ... For each: the median, the least and the
// most nanoseconds for one function of a chain, and how often a chain allocates memory for each;
// and whether the aims are met. `quick` is to see that all works; its figures tell nothing.
AllResults runDeferredContests(int rounds, bool quick);

}  // namespace poetry
