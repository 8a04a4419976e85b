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

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "command_line.h"
#include "contests.h"
#include "reactor_table.h"
#include "results.h"

namespace poetry {

using nlohmann::json;

struct Options {
  int rounds = 31;
  bool quick = false;
  bool table = false;
  std::string from;
};

void declare(CLI::App& parser, Options& options) {
  parser.description("Measures what our reactor costs, beside other loops; prints JSON.");
  parser.footer(
      "Example:\n"
      "  build/tools/bench/bench-reactor > build/bench-reactor.json\n"
      "  build/tools/bench/bench-reactor --table --from build/bench-reactor.json");
  parser.add_option("--rounds", options.rounds, "Runs of every loop")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  parser.add_flag("--quick", options.quick, "A second, to see that all works: no figures");
  parser.add_flag("--table", options.table, "Print Markdown, not JSON");
  parser.add_option("--from", options.from, "Measure nothing: read the JSON of an earlier run")
      ->type_name("FILE");
}

void run(const Options& options) {
  const int rounds = options.quick ? 1 : options.rounds;
  const json results =
      options.from.empty() ? runContests(rounds, options.quick) : readResults(options.from);
  printResults(options.table ? reactorTables(results) : results.dump(2));
}

int runMain(int argc, char** argv) {
  Options options;
  CLI::App parser;
  declare(parser, options);
  return runTool("bench-reactor", parser, argc, argv, [&] { run(options); });
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runMain(argc, argv);
}
