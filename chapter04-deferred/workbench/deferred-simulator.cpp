// Purpose: draws which way a value and an error take along the two chains of a Deferred. Fails: one
// line on stderr; exit 2 for wrong arguments and, but for a terminal, wrong input; 1 for the rest.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "common/program.h"
#include "common/syscall.h"
#include "workbench/simulator/line_editor.h"
#include "workbench/simulator/options.h"
#include "workbench/simulator/session.h"

namespace poetry::simulator {

namespace {

constexpr const char* kProgram = "deferred-simulator";

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
      const std::string where = fmt::format("{}: {}, line {}", kProgram, name, number);
      std::fputs(fmt::format("{}: {}\n", where, error.what()).c_str(), stderr);
      return 2;
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

}  // namespace
}  // namespace poetry::simulator

int main(int argc, char** argv) {
  using namespace poetry::simulator;
  return poetry::runProgram(argv, [&] { return run(parseArguments(argc, argv)); });
}
