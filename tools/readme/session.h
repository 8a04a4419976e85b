#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lines.h"
#include "markdown.h"

namespace poetry::readme {

// A command of a session, and what the README shows below it.
struct Command {
  int line = 0;
  std::string text;
  std::vector<NumberedLine> output;
};

// The commands of a ```console fence. What stands before the first of them is no one's output, and
// left out. A command that ends in a backslash goes on in the next line.
std::vector<Command> commandsOf(const Fence& session);

// The command, if it starts one program only and so may be a server; without a `&` at its end.
std::optional<std::string> singleProgram(const std::string& command);

// What follows --port, or nothing.
std::optional<std::string> portIn(const std::string& command);

// Lets every slowpoetry in it that has no --delay be quick.
std::string withQuickServers(const std::string& command);

}  // namespace poetry::readme
