// deferred-scenarios: does what a scenario says, with real Deferreds, and prints what happened.
//
// How it fails: what is no scenario is named with its line and its place; exit code 2.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "scenarios/scenario.h"

namespace poetry {
namespace {

using nlohmann::json;

constexpr const char* kExample = R"(
Example:
  echo '{"steps": [{"op": "succeed", "name": "a", "value": 1}]}' | deferred-scenarios)";

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string runText(const std::string& text) {
  const json scenario = json::parse(text);
  checkScenario(scenario);
  return runScenario(scenario);
}

std::string describe(const MalformedScenario& error) {
  return fmt::format("{}: {}", error.place.empty() ? "the scenario" : error.place, error.what());
}

void runOne(std::istream& input, const std::string& name) {
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  try {
    fmt::print("{}\n", json::parse(runText(text)).dump(1));
  } catch (const MalformedScenario& error) {
    throw UsageError(
        fmt::format("{}, line {}: {}", name, lineOf(text, error.place), describe(error)));
  } catch (const json::exception& error) {  // says line and column itself
    throw UsageError(fmt::format("{}: {}", name, error.what()));
  }
}

void runBatch(std::istream& input) {
  std::ios::sync_with_stdio(false);  // only we read standard input
  std::string text;
  for (int line = 1; std::getline(input, text); ++line) {
    try {
      fmt::print("{}\n", runText(text));
    } catch (const MalformedScenario& error) {
      throw UsageError(fmt::format("line {}: {}", line, describe(error)));
    } catch (const json::exception& error) {
      throw UsageError(fmt::format("line {}: {}", line, error.what()));
    }
    if (std::fflush(stdout) != 0) throw std::runtime_error("can not write the log");
  }
}

void run(const std::string& file, bool batch) {
  if (batch) return runBatch(std::cin);
  if (file.empty()) return runOne(std::cin, "standard input");
  std::ifstream input(file);
  if (!input) throw UsageError("can not read " + file);
  runOne(input, file);
}

}  // namespace
}  // namespace poetry

int main(int argc, char** argv) {
  CLI::App app("Does what scenarios say, with real Deferreds, and prints what happened, as JSON.");
  std::string file;
  bool batch = false;
  auto* given = app.add_option("FILE", file, "One scenario; without it, standard input is read");
  app.add_flag("--batch", batch, "Standard input has one scenario a line; prints a log a line")
      ->excludes(given);
  app.footer(poetry::kExample);
  try {
    app.parse(argc, argv);
    poetry::run(file, batch);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const poetry::UsageError& error) {
    fmt::print(stderr, "deferred-scenarios: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "deferred-scenarios: {}\n", error.what());
    return 1;
  }
}
