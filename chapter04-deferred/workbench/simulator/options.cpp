#include "workbench/simulator/options.h"

#include <fmt/format.h>

#include "common/command_line.h"
#include "workbench/simulator/session.h"
#include "workbench/simulator/text.h"

namespace poetry::simulator {

namespace {

std::string exampleFor(const char* program) {
  return fmt::format("{}\nExample:\n  printf 'fail bad pass\\npass return saved\\n' | {}",
                     kInputHelp, program);
}

}  // namespace

Options parseArguments(int argc, char** argv) {
  Options options;
  CommandLine line("Shows how a value and an error run along the two chains of a Deferred.",
                   exampleFor(argv[0]));
  line.setName("deferred-simulator");
  line.setColumnWidth(24);
  line.add("FILE", options.file, "Lines of input (default: standard input)")
      .showType("")
      .notEmpty();
  line.add("--svg", options.svg, "Write the drawing to FILE, too").showType("FILE").notEmpty();
  line.add("--width", options.width, "Draw in N columns (default: the terminal's)")
      .between(static_cast<int>(kLeastWidth), static_cast<int>(kMostWidth))
      .showType("N");
  line.parse(argc, argv);
  return options;
}

}  // namespace poetry::simulator
