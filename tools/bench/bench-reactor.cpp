// bench-reactor: what our reactor costs, beside the libraries that it is built on or could be.
//
//   build/tools/bench/bench-reactor > build/bench-reactor.json               measures, in 2 minutes
//   build/tools/bench/bench-reactor --table --from build/bench-reactor.json  the same, as Markdown
//
// It has every loop do the same work, one after the other and round by round, and prints what one
// descriptor event and one timer cost, and how late timers fire, as JSON. See contests.cpp for who
// takes part, and workloads.h for the work. libuv and Asio take part if they were installed when
// the lab was configured (libuv1-dev, libasio-dev); if not, the results say so.
//
// How it fails: whatever goes wrong first ends it, by name, exit code 1. Wrong arguments: 2.
// How it stops: after the last round, or by a signal.

#include "contest_tool.h"
#include "contests.h"
#include "reactor_table.h"

int main(int argc, char** argv) {
  const poetry::ContestTool tool = {
      .name = "bench-reactor",
      .purpose = "Measures what our reactor costs, beside other loops; prints JSON.",
      .rounds = 31,
      .measure = poetry::runContests,
      .table = poetry::reactorTables,
  };
  return poetry::runContestTool(tool, argc, argv);
}
