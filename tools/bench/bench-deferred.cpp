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

#include <nlohmann/json.hpp>
#include <string>

#include "common/command_line.h"
#include "deferred_contests.h"
#include "deferred_table.h"
#include "results.h"
#include "run_tool.h"

namespace poetry {

using nlohmann::json;

struct Options {
  int rounds = 21;
  bool quick = false;
  bool table = false;
  std::string from;
};

CommandLine commandLineFor(Options& options) {
  CommandLine line("Measures what a Deferred costs, beside other ways; prints JSON.",
                   "Example:\n"
                   "  build/tools/bench/bench-deferred > build/bench-deferred.json\n"
                   "  build/tools/bench/bench-deferred --table --from build/bench-deferred.json");
  line.add("--rounds", options.rounds, "Runs of every contestant").positive().showDefault();
  line.addFlag("--quick", options.quick, "A second, to see that all works: no figures");
  line.addFlag("--table", options.table, "Print Markdown, not JSON");
  line.add("--from", options.from, "Measure nothing: read the JSON of an earlier run")
      .showType("FILE");
  return line;
}

void run(const Options& options) {
  const int rounds = options.quick ? 1 : options.rounds;
  const json results =
      options.from.empty() ? runDeferredContests(rounds, options.quick) : readResults(options.from);
  printResults(options.table ? deferredTable(results) : results.dump(2));
}

int runMain(int argc, char** argv) {
  Options options;
  CommandLine line = commandLineFor(options);
  return runTool("bench-deferred", line, argc, argv, [&] { run(options); });
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runMain(argc, argv);
}
