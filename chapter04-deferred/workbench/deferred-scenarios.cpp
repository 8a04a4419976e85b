// deferred-scenarios: does what a scenario says, with real Deferreds, and prints what happened.
//
// How it fails: what is no scenario is named with its line and its place; exit code 2.

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "common/command_line.h"
#include "common/program.h"
#include "workbench/scenarios/scenario.h"

namespace poetry {
namespace {

std::string exampleFor(const char* program) {
  return fmt::format(
      "Example:\n"
      R"(  echo '{{"steps": [{{"op": "succeed", "name": "a", "value": 1}}]}}' | {})",
      program);
}

std::string describe(const MalformedScenario& error) {
  return fmt::format("{}: {}", error.place.empty() ? "the scenario" : error.place, error.what());
}

void runOne(std::istream& input, const std::string& name) {
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  try {
    fmt::print("{}\n", playScenario(text, LogLayout::kIndented));
  } catch (const MalformedScenario& error) {
    throw UsageError(
        fmt::format("{}, line {}: {}", name, lineOf(text, error.place), describe(error)));
  } catch (const MalformedJson& error) {
    throw UsageError(fmt::format("{}: {}", name, error.what()));
  }
}

void runBatch(std::istream& input) {
  std::ios::sync_with_stdio(false);  // only we read standard input
  std::string text;
  for (int line = 1; std::getline(input, text); ++line) {
    try {
      fmt::print("{}\n", playScenario(text, LogLayout::kOneLine));
    } catch (const MalformedScenario& error) {
      throw UsageError(fmt::format("line {}: {}", line, describe(error)));
    } catch (const MalformedJson& error) {
      throw UsageError(fmt::format("line {}: {}", line, error.what()));
    }
    if (std::fflush(stdout) != 0) throw std::runtime_error("can not write the log");
  }
}

int run(const std::string& file, bool batch) {
  if (batch && !file.empty()) throw UsageError("--batch reads standard input, no file");
  if (batch) {
    runBatch(std::cin);
  } else if (file.empty()) {
    runOne(std::cin, "standard input");
  } else {
    std::ifstream input(file);
    if (!input) throw UsageError("can not read " + file);
    runOne(input, file);
  }
  return 0;
}

}  // namespace
}  // namespace poetry

int main(int argc, char** argv) {
  poetry::CommandLine line("Does what scenarios say, with real Deferreds, and prints the logs.",
                           poetry::exampleFor(argv[0]));
  std::string file;
  bool batch = false;
  line.add("FILE", file, "One scenario; without it, standard input is read");
  line.addFlag("--batch", batch, "Standard input has a scenario a line; prints a log a line");
  const auto body = [&] {
    line.parse(argc, argv);
    return poetry::run(file, batch);
  };
  return poetry::runProgram(argv, body, "");
}
