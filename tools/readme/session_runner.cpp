// Runs what a README shows as typed into a terminal, and looks whether the same comes out.

#include "session_runner.h"

#include <fmt/format.h>

#include "common/testing/running_program.h"
#include "compare.h"

namespace poetry::readme {

namespace {

Lines shownOutput(const Command& command) {
  Lines lines;
  for (const NumberedLine& line : command.output) lines.push_back(line.text);
  return lines;
}

// Where the output parts from what is shown, and how.
std::optional<Complaint> differenceInOrder(const Command& command, const Lines& shown,
                                           const Lines& output) {
  const auto mismatch = compareInOrder(normalise(shown), normalise(output));
  if (!mismatch) return std::nullopt;
  const std::string there = around(output, mismatch->actual);
  if (mismatch->expected == shown.size()) {
    return Complaint{command.line, "More comes than is shown:\n" + there};
  }
  const NumberedLine& line = command.output[mismatch->expected];
  return Complaint{line.number,
                   fmt::format("Shown is:\n    {}\nbut this comes:\n{}", line.text, there)};
}

std::optional<Complaint> differenceInAnyOrder(const Command& command, const Lines& shown,
                                              const Lines& output) {
  const Leftovers left = compareInAnyOrder(normalise(shown), normalise(output));
  if (left.expected.empty() && left.actual.empty()) return std::nullopt;
  std::string text;
  for (const std::string& line : left.expected) text += "Shown, but does not come: " + line + "\n";
  for (const std::string& line : left.actual) text += "Comes, but is not shown: " + line + "\n";
  return Complaint{command.line, text};
}

}  // namespace

void SessionRunner::run(const Fence& session) {
  const auto commands = commandsOf(session);
  if (commands.empty() || commands.front().line != session.line + 1) {
    complain(session.line, "A session begins with a command: `$ ` and what is typed.");
  }
  for (const Command& command : commands) runCommand(session, command);
}

void SessionRunner::runCommand(const Fence& session, const Command& command) {
  const auto program = singleProgram(command.text);
  if (const auto port = portIn(command.text); program && port) stopServersOfOthers(session, *port);

  const std::string line = program.value_or(command.text);
  auto shell = std::make_unique<Shell>(folder_.path(), ports_.toReal(withQuickServers(line)));
  if (program && shell->beginsWith("Serving ")) {
    servers_.push_back({&session, command, std::move(shell)});
    return;
  }
  const Ending ending = shell->wait();
  if (ending.timedOut) {
    complain(command.line, "This did not end. (A server needs a `$ ` line of its own.)");
  }
  compare(session, command, shownOutput(command), ending.output);
}

void SessionRunner::stopServersOfOthers(const Fence& session, const std::string& port) {
  servers_.remove_if([&](const Server& server) {
    if (server.session == &session || portIn(server.command.text) != port) return false;
    stop(server);
    return true;
  });
}

void SessionRunner::stop(const Server& server) {
  server.shell->terminate();
  const Ending ending = server.shell->wait();
  if (ending.exitCode != 0) {
    complain(
        server.command.line,
        fmt::format("The server did not end cleanly, but with exit code {}.", ending.exitCode));
  }
  // It goes on to serve after what the README shows of it.
  Lines shown = shownOutput(server.command);
  shown.push_back(kAnyLines);
  compare(*server.session, server.command, shown, ending.output);
}

Complaints SessionRunner::finish() {
  for (const Server& server : servers_) stop(server);
  servers_.clear();
  return complaints_;
}

void SessionRunner::compare(const Fence& session, const Command& command, const Lines& shown,
                            const std::string& output) {
  const auto difference = session.note("any order") ? differenceInAnyOrder : differenceInOrder;
  const Lines lines = testing::linesOf(ports_.toShown(output));
  if (const auto complaint = difference(command, shown, lines)) complaints_.push_back(*complaint);
}

Complaints checkSessions(const Markdown& readme, const std::string& name) {
  SessionRunner runner;
  for (const Fence& fence : readme.fences) {
    if (fence.language != "console") continue;
    if (const auto reason = fence.note("not run: ")) {
      fmt::print("{}:{}: not run: {}\n", name, fence.line, *reason);
    } else {
      runner.run(fence);
    }
  }
  return runner.finish();
}

}  // namespace poetry::readme
