// Draws recordings (--record FILE of every program) side by side on one time axis, and prints a
// table of their totals. Exit 1 if a recording cannot be read or the page not be written.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "common/file.h"
#include "common/program.h"
#include "common/syscall.h"
#include "tools/timeline/model.h"
#include "tools/timeline/page.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

struct Arguments {
  std::vector<std::string> recordings;
  std::string output;  // empty: the table only
  std::string title = "Slow poetry: who waits, and when";
};

bool isHtml(const std::string& path) {
  return std::filesystem::path(path).extension() == ".html";
}

std::string checkOutput(const std::string& path) {
  const bool known = isHtml(path) || std::filesystem::path(path).extension() == ".svg";
  return known ? "" : "must end in .svg or .html: " + path;
}

Arguments parseArguments(int argc, char** argv) try {
  Arguments arguments;
  CommandLine line("Draws recordings side by side on one time axis and prints their totals.",
                   "Example:\n"
                   "  build/tools/timeline build/demo/*.json --output build/demo/index.html");
  line.add("RECORDING", arguments.recordings, "What a program wrote with --record FILE")
      .required()
      .showType("");
  line.add("--output", arguments.output, "The page to write: FILE.svg or FILE.html")
      .check(checkOutput)
      .showType("FILE");
  line.add("--title", arguments.title, "The page's heading").showDefault();
  line.parse(argc, argv);
  return arguments;
} catch (const UsageError& error) {
  throw UsageError(printable(error.what()));  // it has the arguments in it
}

int run(const Arguments& arguments) {
  std::vector<Recording> recordings;
  for (const std::string& path : arguments.recordings) recordings.push_back(loadRecording(path));

  const std::string title = printable(arguments.title);
  const std::string& output = arguments.output;
  if (!output.empty())
    writeFile(output, isHtml(output) ? htmlPage(recordings, title) : svgPage(recordings, title),
              "write");
  fmt::print("{}", textTable(recordings));
  if (std::fflush(stdout) != 0) throwErrno("write stdout");
  return 0;
}

}  // namespace
}  // namespace poetry::timeline

int main(int argc, char** argv) {
  using namespace poetry::timeline;
  return poetry::runProgram(argv, [&] { return run(parseArguments(argc, argv)); });
}
