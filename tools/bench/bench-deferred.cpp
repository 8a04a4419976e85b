// bench-deferred: what a Deferred costs, beside other ways to call one function after another.
//
//   build/tools/bench/bench-deferred > build/bench-deferred.json               measures
//   build/tools/bench/bench-deferred --table --from build/bench-deferred.json  as Markdown
//
// Every contestant builds, fires and destroys chains of ten functions, in turn and round by round,
// in one process. The figures are nanoseconds and allocations for each function. boost::future and
// Twisted take part if they are installed (libboost-thread-dev when the lab was configured,
// python3-twisted); if not, the results say so.
//
// How it fails: whatever goes wrong first ends it, by name, exit code 1. Wrong arguments: 2.
// How it stops: after the last round, or by a signal.

#include "contest_tool.h"
#include "deferred_contests.h"
#include "deferred_table.h"

int main(int argc, char** argv) {
  const poetry::ContestTool tool = {
      .name = "bench-deferred",
      .purpose = "Measures what a Deferred costs, beside other ways; prints JSON.",
      .rounds = 21,
      .measure = poetry::runDeferredContests,
      .table = poetry::deferredTable,
  };
  return poetry::runContestTool(tool, argc, argv);
}
