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

#include <nlohmann/json.hpp>
#include <string>

#include "common/command_line.h"
#include "contests.h"
#include "reactor_table.h"
#include "results.h"
#include "run_tool.h"

namespace poetry {

using nlohmann::json;

struct Options {
  int rounds = 31;
  bool quick = false;
  bool table = false;
  std::string from;
};

CommandLine commandLineFor(Options& options) {
  CommandLine line("Measures what our reactor costs, beside other loops; prints JSON.",
                   "Example:\n"
                   "  build/tools/bench/bench-reactor > build/bench-reactor.json\n"
                   "  build/tools/bench/bench-reactor --table --from build/bench-reactor.json");
  line.add("--rounds", options.rounds, "Runs of every loop").positive().showDefault();
  line.addFlag("--quick", options.quick, "A second, to see that all works: no figures");
  line.addFlag("--table", options.table, "Print Markdown, not JSON");
  line.add("--from", options.from, "Measure nothing: read the JSON of an earlier run")
      .showType("FILE");
  return line;
}

void run(const Options& options) {
  const int rounds = options.quick ? 1 : options.rounds;
  const json results =
      options.from.empty() ? runContests(rounds, options.quick) : readResults(options.from);
  printResults(options.table ? reactorTables(results) : results.dump(2));
}

int runMain(int argc, char** argv) {
  Options options;
  CommandLine line = commandLineFor(options);
  return runTool("bench-reactor", line, argc, argv, [&] { run(options); });
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runMain(argc, argv);
}
