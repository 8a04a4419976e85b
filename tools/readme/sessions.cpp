// Runs what is shown as typed into a terminal, and checks that the same comes out.

#include <fmt/format.h>
#include <sys/socket.h>

#include <csignal>
#include <list>
#include <memory>
#include <regex>
#include <utility>

#include "checks.h"
#include "common/address.h"
#include "common/syscall.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "common/unique_fd.h"

namespace poetry::readme {

namespace fs = std::filesystem;
using testing::RunningProgram;

namespace {

// Comes before the command: $0 is the folder, $1 the command. The guard waits for the end of the
// standard input, so that the process group ends even if this test is killed.
constexpr const char* kPreamble = R"(
( { trap '' TERM; read -r; kill -KILL 0; } <&0 >/dev/null 2>&1 & )
trap : TERM                      # that is for the command; this bash tells how the command ended
unset MAKEFLAGS MFLAGS MAKELEVEL # or a make would speak as one that runs inside another
export LC_ALL=C
cd "$0" || exit
bash -c "$1" </dev/null 2>&1
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
  const bool isFree =
      ::bind(socket.get(), endpoint.data(), endpoint.size()) == 0 && ::listen(socket.get(), 1) == 0;
  return isFree ? std::move(socket) : UniqueFd();
}

// Holds the port below `first`; empty unless that and the ten from `first` are free.
UniqueFd lockTenPorts(int first) {
  UniqueFd lock = listenerOn(first - 1);
  for (int port = first; lock && port < first + 10; ++port) {
    if (!listenerOn(port)) lock.reset();
  }
  return lock;
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

// A place for the commands of a README, so that many can run at once. Its folder looks like the
// lab's root: every entry is a link to the real one, and `build` holds links into the build folder,
// whatever that is called; build/demo is for a command to make. What a command writes goes with
// this object. Ten free ports, its own as long as it lives, stand in for the READMEs' 10000 to
// 10009.
class Sandbox {
 public:
  Sandbox() {
    linkEntries(LAB_ROOT, folder_ / ".", "build");
    fs::create_directory(folder_ / "build");
    linkEntries(LAB_BUILD, folder_ / "build", "demo");
    while (!lock_) lock_ = lockTenPorts(10 * (ten_ += 2));
  }

  // Starts a command as a terminal would. A slowpoetry in it that has no --delay is quick. All that
  // it starts is killed when the result goes, or this process does.
  std::unique_ptr<RunningProgram> start(const std::string& command) const {
    const std::string line = replacePorts(withQuickServers(command), kShownTen, ten_);
    return std::make_unique<RunningProgram>(
        Lines{"/usr/bin/env", "bash", "-c", kPreamble, folder_ / ".", line},
        RunningProgram::Output::kPipe, RunningProgram::Reach::kGroup);
  }

  std::string withShownPorts(const std::string& output) const {
    return replacePorts(output, ten_, kShownTen);
  }

 private:
  static constexpr int kShownTen = 1000;
  testing::TemporaryFolder folder_;
  UniqueFd lock_;   // listens next to the ports; a port can be listened to only once
  int ten_ = 2000;  // the ports, but for their last digit; a system gives away higher ones
};

// A command of a session, and what the README shows below it.
struct Command {
  int line = 0;
  std::string text;
  Lines output;
  const Fence* session = nullptr;
};

// What the expression's group matches, or nothing.
std::string found(const std::string& text, const std::regex& expression) {
  std::smatch match;
  return std::regex_search(text, match, expression) ? match[1].str() : "";
}

const std::regex kSingleProgram(R"(^([^;&|]*[^;&|\s])\s*&?\s*$)");
const std::regex kPort(R"(--port[ =](\d+))");

class SessionRunner {
 public:
  // The session must outlive us.
  void run(const Fence& session) {
    std::vector<Command> commands;
    int number = session.line;
    for (const std::string& line : session.lines) {
      ++number;
      if (line.starts_with("$ ")) {
        commands.push_back({number, line.substr(2), {}, &session});
      } else if (commands.empty()) {
        complaints_.push_back({number, "A session begins with a command: `$ ` and what is typed."});
      } else {
        commands.back().output.push_back(line);
      }
    }
    for (const Command& command : commands) run(command);
  }

  // Stops the servers. Returns all that was wrong. Must come last.
  Complaints finish() {
    for (const auto& [command, program] : servers_) stop(command, *program);
    return std::move(complaints_);
  }

 private:
  using Server = std::pair<Command, std::unique_ptr<RunningProgram>>;
  void run(const Command& command) {
    // Only a command of one program may be a server. Its `&` is for the reader.
    const std::string single = found(command.text, kSingleProgram);
    const std::string port = found(single, kPort);
    if (!port.empty()) makeRoom(command.session, port);
    auto program = sandbox_.start(single.empty() ? command.text : single);
    if (!single.empty() && program->waitForOutput("\n") &&
        program->outputSoFar().starts_with("Serving ")) {
      return servers_.push_back({command, std::move(program)});
    }
    const auto outcome = program->wait();
    if (outcome.timedOut)
      complaints_.push_back({command.line, "This did not end, nor does it say `Serving`."});
    compare(command, outcome);
  }

  // Stops the server that an earlier session started on this port.
  void makeRoom(const Fence* session, const std::string& port) {
    servers_.remove_if([&](const Server& server) {
      const auto& [command, program] = server;
      if (command.session == session || found(command.text, kPort) != port) return false;
      stop(command, *program);
      return true;
    });
  }

  void stop(Command command, RunningProgram& program) {
    program.signal(SIGTERM);
    const auto outcome = program.wait();
    if (outcome.exitCode != 0) {
      const std::string code = std::to_string(outcome.exitCode);
      complaints_.push_back({command.line, "The server's exit code is " + code});
    }
    command.output.push_back("...");  // it goes on to serve after what the README shows of it
    compare(command, outcome);
  }

  void compare(const Command& command, const testing::Outcome& outcome) {
    const Lines lines = testing::linesOf(sandbox_.withShownPorts(outcome.out));
    const bool anyOrder = command.session->note("any order").has_value();
    const auto wrong = compareOutput(command.output, command.line + 1, lines, anyOrder);
    complaints_.insert(complaints_.end(), wrong.begin(), wrong.end());
  }

  Sandbox sandbox_;
  std::list<Server> servers_;
  Complaints complaints_;
};

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
  const auto run = [&](const std::string& command) { return sandbox.start(command)->wait(); };
  const std::string help = run(program + " --help").out;
  const std::string heading = "\nExample:\n";
  const std::size_t at = help.find(heading);
  if (at == std::string::npos) return {{1, "--help shows no example:\n" + help}};
  const std::string example = help.substr(at + heading.size());
  // Some examples want recordings to be there. That of a refused connection is quickly made.
  if (example.find("build/demo/") != std::string::npos) {
    run("mkdir build/demo; build/chapter01-blocking/get-poetry --record build/demo/a.json 10000");
  }
  const auto outcome = run("{\n" + example + "\n} 2>errors");
  const std::string errors = run("cat errors").out;
  if (outcome.exitCode == 0 && errors.empty()) return {};
  return {{1, fmt::format("{}\nends with exit code {} and says:\n{}{}", example, outcome.exitCode,
                          outcome.out, errors)}};
}

}  // namespace poetry::readme
