#include "common/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "common/syscall.h"

namespace poetry {

namespace {

constexpr int kFailure = 1;
constexpr int kWrongUsage = 2;

// Calls only what is allowed in a signal handler (see signal-safety(7)).
extern "C" void endServer(int) {
  ::_exit(0);
}

// The last words of a program: if no one can hear them, the exit code still tells.
int fail(char** argv, const std::string& why, int exitCode) {
  const std::string path = argv[0];
  const std::string line = fmt::format("{}: {}\n", path.substr(path.rfind('/') + 1), why);
  std::fputs(line.c_str(), stderr);
  return exitCode;
}

// A program may be started with its standard output closed. Then its first socket would get that
// number, and our lines would go to the server. So the places are taken; opened for reading, they
// still refuse to be written to.
void keepStandardDescriptors() {
  while (true) {
    const int fd = checked(::open("/dev/null", O_RDONLY), "/dev/null");
    if (fd > STDERR_FILENO) {
      ::close(fd);
      return;
    }
  }
}

}  // namespace

void prepareForSockets() {
  keepStandardDescriptors();
  raiseDescriptorLimit();
}

void endServerOnSignals() {
  struct sigaction action {};
  action.sa_handler = endServer;
  for (const int signal : {SIGINT, SIGTERM}) {
    checked(::sigaction(signal, &action, nullptr), "sigaction");
  }
}

int runProgram(char** argv, const std::function<int()>& body, std::string_view hint) {
  try {
    return body();
  } catch (const HelpRequest& help) {
    return std::fputs(help.text.c_str(), stdout) < 0 || std::fflush(stdout) != 0 ? kFailure : 0;
  } catch (const UsageError& error) {
    return fail(argv, error.what() + std::string(hint), kWrongUsage);
  } catch (const std::exception& error) {
    return fail(argv, error.what(), kFailure);
  }
}

}  // namespace poetry
