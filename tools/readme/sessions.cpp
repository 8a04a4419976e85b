// Runs what is shown as typed into a terminal, and looks whether the same comes out.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <list>
#include <memory>
#include <regex>
#include <stdexcept>
#include <utility>

#include "checks.h"
#include "common/address.h"
#include "common/syscall.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "common/unique_fd.h"

namespace poetry::readme {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::RunningProgram;

namespace {

// ---- where commands run ------------------------------------------------------------------------

// Comes before the command. $0 is the folder, $1 the command, $2 where its standard error goes. The
// guard reads from the lifeline, $3, and ends the process group even if this test is killed.
constexpr const char* kPreamble = R"(
( { trap '' TERM; read -r <&"$3"; kill -KILL 0; } >/dev/null 2>&1 & )
trap : TERM                      # that is for the command; this bash tells how the command ended
unset MAKEFLAGS MFLAGS MAKELEVEL # or a make would speak as one that runs inside another
export LC_ALL=C
cd "$0" || exit
bash -c "$1" 2>&"$2"
)";

// A link in `folder` for every entry of `original` whose name does not begin with `but`.
void linkEntries(const fs::path& original, const fs::path& folder, const std::string& but) {
  for (const fs::directory_entry& entry : fs::directory_iterator(original)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(but)) fs::create_symlink(entry.path(), folder / name);
  }
}

// A socket that listens on the port; empty if the port is taken.
UniqueFd listenerOn(int port) {
  UniqueFd socket(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
  const int yes = 1;  // as the servers do: old connections do not matter
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  const Endpoint endpoint = resolve(parseAddress(std::to_string(port))).front();
  if (::bind(socket.get(), endpoint.data(), endpoint.size()) < 0) return {};
  if (::listen(socket.get(), 1) < 0) return {};
  return socket;
}

bool tenAreFree(int first) {
  for (int port = first; port < first + 10; ++port) {
    if (!listenerOn(port)) return false;
  }
  return true;
}

// Replaces the ten ports that begin with `from`, all but their last digit.
std::string replacePorts(const std::string& text, int from, int to) {
  const std::regex port(fmt::format(R"(\b{}(\d)\b)", from));
  return std::regex_replace(text, port, fmt::format("{}$1", to));
}

std::string withQuickServers(const std::string& command) {
  // The program where a command may begin, unless its arguments have a delay.
  static const std::regex server(
      R"(((?:^|[;&|(\n])\s*\S*/slowpoetry)(?=\s|$)(?![^;&|\n]*--delay))");
  return std::regex_replace(command, server, "$1 --delay 0.002");
}

// A place for the commands of a README, apart from all others, so that many can run at once.
//
// Its temporary folder looks like the lab's root: every entry is a link to the real one, and
// `build` holds links into the build folder, whatever that is called. What a command writes goes
// with this object. There is no build/demo: that is for a command to make.
//
// Ten free ports, its own as long as it lives, stand in for the READMEs' 10000 to 10009.
class Sandbox {
 public:
  Sandbox();

  // Starts a command as a terminal would. A slowpoetry in it that has no --delay is quick. All that
  // it starts is killed when the result goes, or this process does.
  enum class Errors { kApart, kAmongOutput };
  std::unique_ptr<RunningProgram> start(const std::string& command, Errors errors) const {
    const Lines bash{"/usr/bin/env",
                     "bash",
                     "-c",
                     kPreamble,
                     folder_ / ".",
                     replacePorts(withQuickServers(command), kShownTen, ten_),
                     errors == Errors::kApart ? "2" : "1",
                     std::to_string(lifeline_.get())};
    return std::make_unique<RunningProgram>(bash, RunningProgram::Output::kPipe,
                                            RunningProgram::Reach::kGroup);
  }

  // With the ports as the README shows them.
  Lines linesOf(const std::string& output) const {
    return testing::linesOf(replacePorts(output, ten_, kShownTen));
  }

 private:
  static constexpr int kShownTen = 1000;

  testing::TemporaryFolder folder_;
  UniqueFd lifeline_;           // every command has it open,
  UniqueFd lifelinesOtherEnd_;  // and sees it closed when this process ends
  UniqueFd lock_;               // listens next to the ports; a port can be listened to only once
  int ten_ = 0;                 // the ports, without their last digit
};

Sandbox::Sandbox() {
  linkEntries(LAB_ROOT, folder_ / ".", "build");
  fs::create_directory(folder_ / "build");
  linkEntries(LAB_BUILD, folder_ / "build", "demo");

  std::array<int, 2> ends{};
  checked(::pipe(ends.data()), "pipe");
  lifeline_.reset(ends[0]);
  lifelinesOtherEnd_.reset(ends[1]);
  checked(::fcntl(ends[1], F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");

  // Below the ports that a system gives away by itself.
  for (ten_ = 2000; ten_ < 3000; ten_ += 2) {
    lock_ = listenerOn(10 * ten_ + 10);
    if (lock_ && tenAreFree(10 * ten_)) return;
  }
  throw std::runtime_error("no ten free ports");
}

// ---- comparing ---------------------------------------------------------------------------------

// The lines as they are compared: without what differs from run to run (times, the clients' ports),
// and with single blanks between words, so that a table is the same however wide its columns.
Lines normalised(Lines lines) {
  static const std::regex elapsed(R"(\d+:\d\d:\d\d\.\d{6})");
  static const std::regex client(R"((Somebody at \S+):\d+( wants|: ))");
  static const std::regex decimal(R"((^|\s)[<>]?\d+\.\d+%?(?=\s|$))");
  static const std::regex blanks(R"((\S)\s+(?=\S))");
  static const std::regex end(R"(\s+$)");
  for (std::string& line : lines) {
    line = std::regex_replace(withoutDiffDate(line), elapsed, "<elapsed>");
    line = std::regex_replace(line, client, "$1:<port>$2");
    line = std::regex_replace(line, decimal, "$1<decimal>");
    line = std::regex_replace(std::regex_replace(line, end, ""), blanks, "$1 ");
  }
  return lines;
}

// A command of a session, and what the README shows below it.
struct Command {
  int line = 0;
  std::string text;
  Lines output;
};

Complaints differenceInOrder(const Command& command, const Lines& output) {
  return complaintsOf(compareInOrder(normalised(command.output), normalised(output)),
                      command.output, command.line + 1, output, "the output");
}

Complaints differenceInAnyOrder(const Command& command, const Lines& output) {
  Lines shown = normalised(command.output), comes = normalised(output), missing, more;
  const bool takesMore = std::erase(shown, kAnyLines) > 0;
  std::sort(shown.begin(), shown.end());
  std::sort(comes.begin(), comes.end());
  std::ranges::set_difference(shown, comes, std::back_inserter(missing));
  std::ranges::set_difference(comes, shown, std::back_inserter(more));
  std::string text;
  for (const std::string& line : missing) text += "Shown, but does not come: " + line + "\n";
  if (takesMore) more.clear();
  for (const std::string& line : more) text += "Comes, but is not shown: " + line + "\n";
  return text.empty() ? Complaints{} : Complaints{{command.line, text}};
}

// ---- sessions ----------------------------------------------------------------------------------

// What stands before the first command is no one's output, and left out.
std::vector<Command> commandsOf(const Fence& session) {
  std::vector<Command> commands;
  int number = session.line;
  for (const std::string& line : session.lines) {
    ++number;
    if (line.starts_with("$ ")) {
      commands.push_back({number, line.substr(2), {}});
    } else if (!commands.empty()) {
      commands.back().output.push_back(line);
    }
  }
  return commands;
}

// What the expression's group matches, or nothing.
std::string found(const std::string& text, const char* expression) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(expression)) ? match[1].str() : "";
}

std::string portIn(const std::string& command) {
  return found(command, R"(--port[ =](\d+))");
}

class SessionRunner {
 public:
  // The session must outlive us.
  void run(const Fence& session) {
    const auto commands = commandsOf(session);
    if (commands.empty() || commands.front().line != session.line + 1) {
      complain(session.line, "A session begins with a command: `$ ` and what is typed.");
    }
    for (const Command& command : commands) runCommand(session, command);
  }

  // Stops the servers. Returns all that was wrong. Must come last.
  Complaints finish() {
    for (const Server& server : servers_) stop(server);
    return std::move(complaints_);
  }

 private:
  struct Server {
    const Fence* session;
    Command command;
    std::unique_ptr<RunningProgram> program;
  };

  void runCommand(const Fence& session, const Command& command) {
    // One program only may be a server. Its `&` is for the reader.
    const std::string single = found(command.text, R"(^([^;&|]*[^;&|\s])\s*&?\s*$)");
    if (!single.empty()) stopOthersOnItsPort(session, single);

    auto program =
        sandbox_.start(single.empty() ? command.text : single, Sandbox::Errors::kAmongOutput);
    if (!single.empty() && isServer(*program)) {
      servers_.push_back({&session, command, std::move(program)});
      return;
    }
    const Outcome outcome = program->wait();
    if (outcome.timedOut) {
      complain(command.line, "This did not end. (A server needs a `$ ` line of its own.)");
    }
    compare(session, command, outcome);
  }

  static bool isServer(RunningProgram& program) {
    return program.waitForOutput("\n") && program.outputSoFar().starts_with("Serving ");
  }

  void stopOthersOnItsPort(const Fence& session, const std::string& command) {
    const std::string port = portIn(command);
    servers_.remove_if([&](const Server& server) {
      const bool isOther = server.session != &session && portIn(server.command.text) == port;
      if (isOther) stop(server);
      return isOther;
    });
  }

  void stop(const Server& server) {
    server.program->signal(SIGTERM);
    const Outcome outcome = server.program->wait();
    if (outcome.exitCode != 0) {
      complain(server.command.line,
               fmt::format("The server ended with exit code {}.", outcome.exitCode));
    }
    // It goes on to serve after what the README shows of it.
    Command shown = server.command;
    shown.output.push_back(kAnyLines);
    compare(*server.session, shown, outcome);
  }

  void compare(const Fence& session, const Command& command, const Outcome& outcome) {
    const auto difference = session.note("any order") ? differenceInAnyOrder : differenceInOrder;
    const Lines lines = sandbox_.linesOf(outcome.out);
    for (const auto& [line, text] : difference(command, lines)) complain(line, text);
  }

  void complain(int line, const std::string& text) { complaints_.push_back({line, text}); }

  Sandbox sandbox_;
  std::list<Server> servers_;
  Complaints complaints_;
};

// Some examples want recordings to be there. That of a refused connection is quickly made.
constexpr const char* kMakeDemo =
    "mkdir build/demo; "
    "build/chapter01-blocking/get-poetry --record build/demo/refused.json 10000";

}  // namespace

Complaints checkSessions(const std::vector<Fence>& fences, const std::string& readme) {
  SessionRunner runner;
  for (const Fence& fence : fences) {
    if (fence.language != "console") continue;
    if (const auto reason = fence.note("not run: ")) {
      fmt::print("{}:{}: not run: {}\n", readme, fence.line, *reason);
    } else {
      runner.run(fence);
    }
  }
  return runner.finish();
}

Complaints checkExample(const std::string& program) {
  const Sandbox sandbox;
  const auto run = [&](const std::string& command) {
    return sandbox.start(command, Sandbox::Errors::kApart)->wait();
  };
  const std::string help = run(program + " --help").out;
  const std::string example = found(help, R"(\nExample:\n([^]*))");
  if (example.empty()) return {{1, "--help shows no example:\n" + help}};
  if (example.find("build/demo/") != std::string::npos) run(kMakeDemo);

  const Outcome outcome = run(example);
  if (outcome.exitCode == 0 && outcome.err.empty()) return {};
  return {
      {1, fmt::format("{}\nended with exit code {}{} and said:\n{}\n{}", example, outcome.exitCode,
                      outcome.timedOut ? " (not in time)" : "", outcome.out, outcome.err)}};
}

}  // namespace poetry::readme
