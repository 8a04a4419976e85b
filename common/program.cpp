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

// Both handlers call only what is allowed in a signal handler (see signal-safety(7)).
extern "C" void endServer(int) {
  ::_exit(0);
}

extern "C" void endClient(int signal) {
  constexpr char kMessage[] = "Interrupted.\n";
  // Nothing can be done about a failing write here, but the compiler wants it looked at.
  if (::write(STDERR_FILENO, kMessage, sizeof kMessage - 1) < 0) ::_exit(128 + signal);
  ::signal(signal, SIG_DFL);
  ::raise(signal);  // held back while this handler runs; ends the process when it returns
}

void onSignals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int signal : {SIGINT, SIGTERM}) {
    checked(::sigaction(signal, &action, nullptr), "sigaction");
  }
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

std::string nameOf(char** argv) {
  const std::string path = argv[0];
  return path.substr(path.rfind('/') + 1);
}

template <typename Options>
int run(int argc, char** argv, const Usage& usage, Options (*parse)(int, char**, const Usage&),
        void (*handler)(int), int (*body)(const Options&)) {
  try {
    const Options options = parse(argc, argv, usage);
    keepStandardDescriptors();
    raiseDescriptorLimit();
    onSignals(handler);
    return body(options);
  } catch (const HelpRequest& help) {
    fmt::print("{}", help.text);
    return 0;
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}: {} (--help tells more)\n", nameOf(argv), error.what());
    return kWrongUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", nameOf(argv), error.what());
    return kFailure;
  }
}

}  // namespace

int runClient(int argc, char** argv, const Usage& usage, int (*body)(const ClientOptions&)) {
  return run<ClientOptions>(argc, argv, usage, parseClientArguments, endClient, body);
}

int runServer(int argc, char** argv, const Usage& usage, int (*body)(const ServerOptions&)) {
  return run<ServerOptions>(argc, argv, usage, parseServerArguments, endServer, body);
}

}  // namespace poetry
