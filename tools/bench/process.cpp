#include "process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/syscall.h"

namespace poetry {

namespace {

constexpr int kCouldNotStart = 127;  // as in a shell

// What the child does between fork and exec; only what is allowed in a signal handler, and nothing
// can be reported from here but an exit code.
[[noreturn]] void becomeProgram(char* const* arguments, const Streams& streams, unsigned seconds) {
  const bool connected = ::dup2(streams.input, STDIN_FILENO) >= 0 &&
                         ::dup2(streams.output, STDOUT_FILENO) >= 0 &&
                         ::dup2(streams.errors, STDERR_FILENO) >= 0;
  ::alarm(seconds);  // outlives exec
  if (connected) ::execv(arguments[0], arguments);
  ::_exit(kCouldNotStart);
}

// fork, not posix_spawn: that borrows our memory until exec, and the kernel would then count our
// peak as the program's. A forked child has little memory of its own.
pid_t start(const std::vector<std::string>& command, const Streams& streams, unsigned seconds) {
  std::vector<char*> arguments;
  // execv promises not to write to them; its type is older than const.
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = checked(::fork(), "fork");
  if (pid == 0) becomeProgram(arguments.data(), streams, seconds);
  return pid;
}

double toSeconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const Streams& streams, unsigned seconds)
    : pid_(start(command, streams, seconds)) {}

Process::~Process() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Exit Process::wait() {
  int status = 0;
  rusage usage{};
  while (::wait4(pid_, &status, 0, &usage) < 0) {
    if (errno != EINTR) throwErrno("wait4");
  }
  pid_ = 0;
  constexpr std::size_t kUnit = 1024;  // Linux counts ru_maxrss in KiB
  return {.exitCode = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
          .cpuSeconds = toSeconds(usage.ru_utime) + toSeconds(usage.ru_stime),
          .peakBytes = static_cast<std::size_t>(usage.ru_maxrss) * kUnit};
}

Pipe makePipe() {
  int ends[2];
  checked(::pipe2(ends, O_CLOEXEC), "pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string readLine(int fd) {
  std::string line;
  for (char c; checked(::read(fd, &c, 1), "read") == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace poetry
