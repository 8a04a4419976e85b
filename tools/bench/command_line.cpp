#include "command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <stdexcept>

namespace poetry {

int runTool(const std::string& name, CLI::App& parser, int argc, char** argv,
            const std::function<void()>& run) {
  try {
    parser.parse(argc, argv);
    run();
    return 0;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", parser.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {} (--help tells more)\n", name, error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return 1;
  }
}

void printResults(const std::string& text) {
  fmt::print("{}\n", text);
  if (std::fflush(stdout) != 0) throw std::runtime_error("can not write to the standard output");
}

}  // namespace poetry
