#pragma once

#include <cstddef>
#include <string>

namespace poetry::simulator {

struct Options {
  std::string file;       // empty: standard input
  std::string svg;        // empty: no picture is written
  std::size_t width = 0;  // 0: as wide as the terminal
};

// Reads the command line. Throws UsageError and HelpRequest of common/arguments.h.
Options parseArguments(int argc, char** argv);

}  // namespace poetry::simulator
