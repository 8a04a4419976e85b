// Purpose: draws which way a value and an error take along the two chains of a Deferred. Fails: one
// line on stderr; exit 2 for wrong arguments and, but for a terminal, wrong input; 1 for the rest.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "common/arguments.h"
#include "common/syscall.h"
#include "workbench/simulator/line_editor.h"
#include "workbench/simulator/options.h"
#include "workbench/simulator/session.h"

namespace poetry::simulator {

namespace {

constexpr const char* kProgram = "deferred-simulator";

int fail(const std::string& why, int exitCode) {
  std::fputs(fmt::format("{}: {}\n", kProgram, why).c_str(), stderr);
  return exitCode;
}

// Draws after each line that changes something.
int runOnTerminal(Session& session) {
  session.draw();
  fmt::print("Add a callback and an errback, such as: return 1  pass. Or type help.\n");
  LineEditor editor(kProgram, "deferred> ");
  while (const std::optional<std::string> line = editor.read()) {
    try {
      if (!session.obey(*line)) return 0;
      if (session.isStale()) session.draw();
    } catch (const InputError& error) {
      fmt::print("{}\n", error.what());
    }
  }
  fmt::print("\n");
  return 0;
}

// Draws at the end.
int runOnLines(Session& session, std::istream& input, const std::string& name) {
  std::string line;
  for (int number = 1; std::getline(input, line); ++number) {
    try {
      if (!session.obey(line)) break;
    } catch (const InputError& error) {
      return fail(fmt::format("{}, line {}: {}", name, number, error.what()), 2);
    }
  }
  if (input.bad()) throwErrno("read " + name);
  if (session.isStale()) session.draw();
  return 0;
}

int run(const Options& options) {
  Session session(options);
  if (!options.file.empty()) {
    std::ifstream file(options.file);
    if (!file) throwErrno("open " + options.file);
    return runOnLines(session, file, options.file);
  }
  const bool atTerminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (atTerminal) return runOnTerminal(session);
  return runOnLines(session, std::cin, "standard input");
}

int runMain(int argc, char** argv) {
  try {
    return run(parseArguments(argc, argv));
  } catch (const HelpRequest& help) {
    return std::fputs(help.text.c_str(), stdout) < 0 || std::fflush(stdout) != 0 ? 1 : 0;
  } catch (const UsageError& error) {
    return fail(std::string(error.what()) + " (--help tells more)", 2);
  } catch (const std::exception& error) {
    return fail(error.what(), 1);
  }
}

}  // namespace
}  // namespace poetry::simulator

int main(int argc, char** argv) {
  return poetry::simulator::runMain(argc, argv);
}
