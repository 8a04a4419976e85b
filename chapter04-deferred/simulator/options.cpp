#include "simulator/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "common/arguments.h"
#include "simulator/session.h"
#include "simulator/text.h"

namespace poetry::simulator {

namespace {

std::string takesAValue(const std::string& text) {
  return text.empty() ? "takes a value" : "";
}

std::string exampleFor(const char* program) {
  return fmt::format("{}\nExample:\n  printf 'fail bad pass\\npass return saved\\n' | {}",
                     kInputHelp, program);
}

void declare(CLI::App& parser, Options& options) {
  parser.add_option("FILE", options.file, "Lines of input (default: standard input)")
      ->type_name("")
      ->check(takesAValue);
  parser.add_option("--svg", options.svg, "Write the drawing to FILE, too")
      ->type_name("FILE")
      ->check(takesAValue);
  parser.add_option("--width", options.width, "Draw in N columns (default: the terminal's)")
      ->type_name("N")
      ->check(CLI::Range(kLeastWidth, kMostWidth).description(""));
}

}  // namespace

Options parseArguments(int argc, char** argv) {
  Options options;
  CLI::App parser("Shows how a value and an error run along the two chains of a Deferred.",
                  "deferred-simulator");
  parser.footer(exampleFor(argv[0]));
  parser.get_formatter()->column_width(24);
  declare(parser, options);
  try {
    parser.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpRequest{parser.help()};
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  return options;
}

}  // namespace poetry::simulator
