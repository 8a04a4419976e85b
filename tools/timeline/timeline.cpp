// Purpose: draws recordings (--record FILE of every program) side by side on one time axis, and
// prints a table of their totals. Fails: one line on stderr; exit 1 if a recording cannot be read
// or the page not be written, exit 2 for wrong arguments, before anything is opened.

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "tools/timeline/model.h"
#include "tools/timeline/page.h"
#include "tools/timeline/parse.h"
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

CommandLine commandLineFor(Arguments& arguments) {
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
  return line;
}

void writePage(const std::string& path, const std::string& page) {
  const auto check = [&](bool done) {
    if (!done) throw std::runtime_error(fmt::format("write {}: {}", path, std::strerror(errno)));
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                       &std::fclose);
  check(file != nullptr);
  check(std::fwrite(page.data(), 1, page.size(), file.get()) == page.size());
  // A full disk may show itself only when the buffers are flushed.
  check(std::fclose(file.release()) == 0);
}

void run(const Arguments& arguments) {
  std::vector<Recording> recordings;
  for (const std::string& path : arguments.recordings) recordings.push_back(loadRecording(path));

  const std::string title = printable(arguments.title);
  if (!arguments.output.empty())
    writePage(arguments.output,
              isHtml(arguments.output) ? htmlPage(recordings, title) : svgPage(recordings, title));
  fmt::print("{}", textTable(recordings));
  if (std::fflush(stdout) != 0)
    throw std::runtime_error(fmt::format("write stdout: {}", std::strerror(errno)));
}

int runMain(int argc, char** argv) {
  Arguments arguments;
  CommandLine line = commandLineFor(arguments);
  try {
    line.parse(argc, argv);
  } catch (const HelpRequest& help) {
    fmt::print("{}", help.text);
    return 0;
  } catch (const UsageError& error) {
    fmt::print(stderr, "timeline: {} (--help tells more)\n", printable(error.what()));
    return 2;
  }
  try {
    run(arguments);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "timeline: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace poetry::timeline

int main(int argc, char** argv) {
  return poetry::timeline::runMain(argc, argv);
}
