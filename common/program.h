#pragma once

#include <functional>
#include <string_view>

#include "common/arguments.h"

namespace poetry {

// What stands around every program's own code: they read the arguments, run `body`, and turn what
// it returns or throws into the exit code: 2 for UsageError, 1 for any other exception, each with
// one line on stderr.
//
// SIGINT (Ctrl-C) and SIGTERM end the program at once, wherever it is blocked, and the kernel
// closes its sockets. That is all that a program which sits in a blocking call can do. A client
// dies of the signal, which is what a process does unless it says otherwise, so that its parent can
// tell. For a server it is the way to end, so a handler exits with 0.
//
// They also raise the limit on open files, see raiseDescriptorLimit().
int runClient(int argc, char** argv, const Usage& usage, int (*body)(const ClientOptions&));
int runServer(int argc, char** argv, const Usage& usage, int (*body)(const ServerOptions&));

// The same turning into an exit code for a program that reads its arguments in `body`, and no more
// than that. `hint` ends the line that a UsageError gets.
int runProgram(char** argv, const std::function<int()>& body,
               std::string_view hint = " (--help tells more)");

}  // namespace poetry
