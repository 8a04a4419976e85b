#pragma once

#include <functional>
#include <string_view>

#include "common/arguments.h"

namespace poetry {

// Runs a program's own code, and turns what it returns or throws into the exit code: 2 for
// UsageError, 1 for any other exception, each with one line on stderr, which `hint` ends if it is a
// UsageError. Prints the text of a HelpRequest.
int runProgram(char** argv, const std::function<int()>& body,
               std::string_view hint = " (--help tells more)");

// What must be set up before a program opens its first socket. Raises the limit on open files, too;
// see raiseDescriptorLimit().
void prepareForSockets();

// SIGINT (Ctrl-C) and SIGTERM end a server at once, wherever it is blocked, with exit code 0, and
// the kernel closes its sockets. (A client dies of the signal, which is what a process does unless
// it says otherwise, so that its parent can tell.)
void endServerOnSignals();

// What stands around the code of every client and every server: `read` returns the options, and
// `body` runs with them. A chapter's options.h has the functions that its programs call.
template <typename Read, typename Body>
int runClient(char** argv, const Read& read, const Body& body) {
  return runProgram(argv, [&] {
    const auto options = read();
    prepareForSockets();
    return body(options);
  });
}

template <typename Read, typename Body>
int runServer(char** argv, const Read& read, const Body& body) {
  endServerOnSignals();
  return runClient(argv, read, body);
}

}  // namespace poetry
