// bench-servers: what chapter 5's servers cost, beside those that others have built.
//
//   build/tools/bench/bench-servers > build/bench-servers.json               measures
//   build/tools/bench/bench-servers --table --from build/bench-servers.json  the same as Markdown
//
// Each server is a program of its own, on a core of its own, and the load is on the other. On two
// cores whoever asks again and again measures himself; so the server is stopped, its backlog is
// filled, it is let go, and its CPU time is read. Every byte that it sends is compared. The servers
// take turns, round by round, and what counts are the ratios within a round. Those that the lab was
// configured without, and Twisted and Node where they are not installed, are skipped, and the
// results say so.
//
// How it fails: whatever goes wrong first ends it, by name, exit code 1. Wrong arguments: 2.
// How it stops: after the last round, or by a signal. A server that is left ends by itself.

#include "contest_tool.h"
#include "server_contests.h"
#include "server_table.h"

int main(int argc, char** argv) {
  const poetry::ContestTool tool = {
      .name = "bench-servers",
      .purpose = "Measures chapter 5's servers beside those of others; prints JSON.",
      .rounds = 11,
      .measure = poetry::runServerContests,
      .table = poetry::serverTables,
  };
  return poetry::runContestTool(tool, argc, argv);
}
