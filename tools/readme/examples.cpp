// The examples in the help texts work as pasted.

#include "examples.h"

#include <fmt/format.h>

#include "common/testing/temporary_folder.h"
#include "lab_folder.h"
#include "ports.h"
#include "session.h"
#include "shell.h"

namespace poetry::readme {

namespace {

// Some examples want recordings to be there. That of a refused connection is quickly made.
constexpr const char* kMakeDemo =
    "mkdir build/demo; "
    "build/chapter01-blocking/get-poetry --record build/demo/refused.json 10000";

}  // namespace

std::string exampleIn(const std::string& help) {
  const std::string heading = "\nExample:\n";
  const std::size_t at = help.find(heading);
  return at == std::string::npos ? "" : help.substr(at + heading.size());
}

Complaints checkExample(const std::string& program) {
  const LabFolder folder;
  const Ports ports;
  const std::string help = Shell(folder.path(), program + " --help").wait().output;
  const std::string example = exampleIn(help);
  if (example.empty()) return {{1, "--help shows no example:\n" + help}};
  if (example.find("build/demo/") != std::string::npos) {
    Shell(folder.path(), ports.toReal(kMakeDemo)).wait();
  }

  const std::string command = ports.toReal(withQuickServers(example));
  const Ending ending = Shell(folder.path(), "{\n" + command + "\n} 2>errors").wait();
  const std::string errors = testing::contentsOf(folder.path() + "/errors");
  if (ending.exitCode == 0 && errors.empty()) return {};
  return {
      {1, fmt::format("{}\nended with exit code {}{} and said:\n{}\n{}", command, ending.exitCode,
                      ending.timedOut ? " (not in time)" : "", ending.output, errors)}};
}

}  // namespace poetry::readme
