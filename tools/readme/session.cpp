// Reads sessions, and makes their commands ready to run.

#include "session.h"

#include <regex>
#include <string_view>

namespace poetry::readme {

namespace {

constexpr std::string_view kPrompt = "$ ";
constexpr const char* kQuickDelay = " --delay 0.002";

// Whether the command goes on in the next line. Takes the backslash away that says so.
bool goesOn(std::string& command) {
  if (!command.ends_with('\\')) return false;
  command.pop_back();
  return true;
}

}  // namespace

std::vector<Command> commandsOf(const Fence& session) {
  std::vector<Command> commands;
  int number = session.line;
  bool inCommand = false;
  for (const std::string& line : session.lines) {
    ++number;
    if (inCommand) {
      commands.back().text += line;
      inCommand = goesOn(commands.back().text);
    } else if (line.starts_with(kPrompt)) {
      commands.push_back({number, line.substr(kPrompt.size()), {}});
      inCommand = goesOn(commands.back().text);
    } else if (!commands.empty()) {
      commands.back().output.push_back({number, line});
    }
  }
  return commands;
}

std::optional<std::string> singleProgram(const std::string& command) {
  static const std::regex single(R"(([^;&|]*[^;&|\s])\s*&?\s*)");
  std::smatch match;
  if (!std::regex_match(command, match, single)) return std::nullopt;
  return match[1];
}

std::optional<std::string> portIn(const std::string& command) {
  static const std::regex port(R"(--port[ =](\d+))");
  std::smatch match;
  if (!std::regex_search(command, match, port)) return std::nullopt;
  return match[1];
}

std::string withQuickServers(const std::string& command) {
  // The program where a command may begin, and its arguments.
  static const std::regex server(R"(((?:^|[;&|(\n])\s*\S*/slowpoetry)(?=\s|$)([^;&|\n]*))");
  std::string result;
  auto copied = command.begin();
  for (std::sregex_iterator next(command.begin(), command.end(), server), end; next != end;
       ++next) {
    if ((*next)[2].str().find("--delay") != std::string::npos) continue;
    result.append(copied, (*next)[1].second).append(kQuickDelay);
    copied = (*next)[1].second;
  }
  return result.append(copied, command.end());
}

}  // namespace poetry::readme
