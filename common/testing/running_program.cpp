#include "common/testing/running_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <sstream>

#include "common/syscall.h"

extern char** environ;

namespace poetry::testing {

namespace {

// Both ends of a channel: ours reads what the program writes into the other.
struct Channel {
  UniqueFd ours;
  UniqueFd theirs;
};

Channel makePipe() {
  std::array<int, 2> ends{};
  checked(::pipe(ends.data()), "pipe");
  for (const int end : ends) checked(::fcntl(end, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A terminal of the usual size: ours is the side that a terminal emulator would hold.
Channel makeTerminal() {
  UniqueFd ours(checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt"));
  checked(::grantpt(ours.get()), "grantpt");
  checked(::unlockpt(ours.get()), "unlockpt");
  UniqueFd theirs(
      checked(::open(::ptsname(ours.get()), O_RDWR | O_NOCTTY | O_CLOEXEC), "open a terminal"));
  return {std::move(ours), std::move(theirs)};
}

// `in`: negative for an empty one, without a process group of its own.
pid_t spawn(const std::vector<std::string>& command, int in, int out, int err) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (in < 0) {
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  } else {
    ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  }
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);

  // A test may ignore signals for itself (the scripted servers do); a program starts with none
  // ignored.
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  const int group = in < 0 ? 0 : POSIX_SPAWN_SETPGROUP;
  ::posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGDEF | group));

  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throwErrno("spawn " + command[0], error);
  return pid;
}

// Appends what there is; closes the channel at its end.
void drain(UniqueFd& channel, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(channel.get(), buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return;
  // A terminal whose other side is closed says EIO where a pipe says 0.
  if (count <= 0) return channel.reset();
  text.append(buffer.data(), static_cast<std::size_t>(count));
}

}  // namespace

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool matches(const std::string& text, const std::string& expression) {
  return ::testing::Matcher<const std::string&>(::testing::MatchesRegex(expression)).Matches(text);
}

RunningProgram::RunningProgram(const std::vector<std::string>& command, Output output, Reach reach)
    : reach_(reach) {
  Channel out = output == Output::kPipe ? makePipe() : makeTerminal();
  Channel err = makePipe();
  Channel in = reach == Reach::kGroup ? makePipe() : Channel{};
  pid_ = spawn(command, in.ours.get(), out.theirs.get(), err.theirs.get());
  in_ = std::move(in.theirs);
  out_ = std::move(out.ours);
  err_ = std::move(err.ours);
}

RunningProgram::~RunningProgram() {
  if (pid_ < 0) return;
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RunningProgram::signal(int number) const {
  checked(::kill(reach_ == Reach::kGroup ? -pid_ : pid_, number), "kill");
}

bool RunningProgram::readSome(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0 || (!out_ && !err_)) return false;
  std::array<pollfd, 2> channels{{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
  const int count = ::poll(channels.data(), channels.size(), static_cast<int>(left.count()));
  if (count <= 0) return count < 0 && errno == EINTR;
  if (channels[0].revents != 0) drain(out_, outcome_.out);
  if (channels[1].revents != 0) drain(err_, outcome_.err);
  return true;
}

bool RunningProgram::waitForOutput(const std::string& text, std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (outcome_.out.find(text) == std::string::npos) {
    if (!readSome(deadline)) return false;
  }
  return true;
}

Outcome RunningProgram::wait(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (readSome(deadline)) {
  }
  outcome_.timedOut = out_ || err_;
  if (outcome_.timedOut) signal(SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  if (reach_ == Reach::kGroup) ::kill(-pid_, SIGKILL);
  pid_ = -1;
  outcome_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  if (WIFEXITED(status)) outcome_.exitCode = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome_.signal = WTERMSIG(status);
  return outcome_;
}

Outcome run(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  return RunningProgram(command).wait(limit);
}

}  // namespace poetry::testing
