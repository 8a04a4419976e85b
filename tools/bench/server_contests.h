#pragma once

#include "contest_results.h"

namespace poetry {

// Measures the servers of chapter 5 and those of others, in rounds: A, B, C, A, B, C, ... For each:
// the figures of every round, their medians, and the first figure's ratios to the yardstick's in
// the same round; and whether the aims are met. `quick` is to see that all works; its figures tell
// nothing.
AllResults runServerContests(int rounds, bool quick);

}  // namespace poetry
