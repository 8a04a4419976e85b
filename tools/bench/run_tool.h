#pragma once

#include <functional>
#include <string>

#include "common/command_line.h"

namespace poetry {

// What stands around every program here: reads the arguments by `line`, and runs `run`. Returns
// the exit code: 0, also for --help; 2 for wrong arguments, 1 for whatever `run` throws, each with
// one line on stderr that begins with `name`.
int runTool(const std::string& name, CommandLine& line, int argc, char** argv,
            const std::function<void()>& run);

// Prints the text and a line's end. Throws std::runtime_error if it does not get out.
void printResults(const std::string& text);

}  // namespace poetry
