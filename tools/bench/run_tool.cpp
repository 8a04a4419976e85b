#include "run_tool.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace poetry {

int runTool(const std::string& name, CommandLine& line, int argc, char** argv,
            const std::function<void()>& run) {
  try {
    line.parse(argc, argv);
    run();
    return 0;
  } catch (const HelpRequest& help) {
    fmt::print("{}", help.text);
    return 0;
  } catch (const UsageError& error) {
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
