#pragma once

#include "contest_results.h"

namespace poetry {

// Measures all loops in all contests, in rounds: A, B, C, A, B, C, ... so that whatever disturbs
// one is likely to disturb its neighbours as well, and their difference tells more than their
// figures. With what follows from it: for everything the median, the least and the most of all
// rounds; how far each is above its contest's yardstick in the same round; and whether the aims of
// our reactor are met. `quick` is to see that all works; its figures tell nothing.
AllResults runContests(int rounds, bool quick);

}  // namespace poetry
