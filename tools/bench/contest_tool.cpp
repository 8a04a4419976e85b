#include "contest_tool.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/command_line.h"
#include "results.h"
#include "run_tool.h"

namespace poetry {

namespace {

struct Options {
  int rounds = 0;
  bool quick = false;
  bool table = false;
  std::string from;
};

CommandLine commandLineFor(const ContestTool& tool, Options& options) {
  CommandLine line(tool.purpose,
                   fmt::format("Example:\n"
                               "  build/tools/bench/{0} > build/{0}.json\n"
                               "  build/tools/bench/{0} --table --from build/{0}.json",
                               tool.name));
  line.add("--rounds", options.rounds, "Runs of every contestant").positive().showDefault();
  line.addFlag("--quick", options.quick, "A second, to see that all works: no figures");
  line.addFlag("--table", options.table, "Print Markdown, not JSON");
  line.add("--from", options.from, "Measure nothing: read the JSON of an earlier run")
      .showType("FILE");
  return line;
}

void run(const ContestTool& tool, const Options& options) {
  const int rounds = options.quick ? 1 : options.rounds;
  const nlohmann::json results = options.from.empty() ? toJson(tool.measure(rounds, options.quick))
                                                      : readResults(options.from);
  printResults(options.table ? tool.table(results) : results.dump(2));
}

}  // namespace

int runContestTool(const ContestTool& tool, int argc, char** argv) {
  Options options;
  options.rounds = tool.rounds;
  CommandLine line = commandLineFor(tool, options);
  return runTool(tool.name, line, argc, argv, [&] { run(tool, options); });
}

}  // namespace poetry
