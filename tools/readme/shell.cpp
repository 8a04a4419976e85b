// Runs a command line as a terminal would, in a process group of its own, so that it can be ended
// together with all that it started in the background.

#include "shell.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "common/syscall.h"

extern char** environ;

namespace poetry::readme {

namespace {

// Comes before the command: $1 is the folder, $2 the command. Its standard input is the lifeline.
constexpr const char* kPreamble = R"(
exec 3<&0 </dev/null
( { trap '' TERM; read -r <&3; kill -KILL 0; } >/dev/null 2>&1 & )  # the guard
exec 3<&-
trap : TERM                      # that is for the command; this bash tells how the command ended
unset MAKEFLAGS MFLAGS MAKELEVEL # or a make would speak as one that runs inside another
export LC_ALL=C
cd "$1" || exit
bash -c "$2"
)";

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe makePipe() {
  std::array<int, 2> ends{};
  checked(::pipe(ends.data()), "pipe");
  for (const int end : ends) checked(::fcntl(end, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

pid_t spawn(const std::vector<std::string>& command, int in, int out) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);

  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throwErrno("spawn " + command[0], error);
  return pid;
}

}  // namespace

Shell::Shell(const std::string& folder, const std::string& command) {
  Pipe output = makePipe();
  Pipe lifeline = makePipe();
  pid_ = spawn({"bash", "-c", kPreamble, "bash", folder, command}, lifeline.read.get(),
               output.write.get());
  output_ = std::move(output.read);
  lifeline_ = std::move(lifeline.write);
}

Shell::~Shell() {
  if (pid_ < 0) return;
  kill();
  ::waitpid(pid_, nullptr, 0);
}

// The group exists as long as its number is ours: if nobody else, the guard is in it.
void Shell::kill() const {
  ::kill(-pid_, SIGKILL);
}

void Shell::terminate() const {
  checked(::kill(-pid_, SIGTERM), "kill");
}

bool Shell::readSome(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0 || !output_) return false;
  pollfd ready{output_.get(), POLLIN, 0};
  const int count = ::poll(&ready, 1, static_cast<int>(left.count()));
  if (count <= 0) return count < 0 && errno == EINTR;
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) {
    output_.reset();
  } else {
    ending_.output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return true;
}

bool Shell::beginsWith(const std::string& text) {
  const auto deadline = Clock::now() + kPatience;
  while (ending_.output.find('\n') == std::string::npos && readSome(deadline)) {
  }
  return ending_.output.starts_with(text);
}

Ending Shell::wait(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (readSome(deadline)) {
  }
  ending_.timedOut = static_cast<bool>(output_);
  if (ending_.timedOut) kill();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  kill();
  pid_ = -1;
  if (WIFEXITED(status)) ending_.exitCode = WEXITSTATUS(status);
  return ending_;
}

}  // namespace poetry::readme
