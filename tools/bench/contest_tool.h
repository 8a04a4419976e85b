#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "contest_results.h"

namespace poetry {

// A program that has several contestants do the same work, in rounds.
struct ContestTool {
  std::string name;
  std::string purpose;  // one sentence, for --help
  int rounds = 0;       // unless --rounds says otherwise
  AllResults (*measure)(int rounds, bool quick);
  std::string (*table)(const nlohmann::json& results);  // Markdown, of what toJson() has made
};

// All of its main(). Returns the exit code.
int runContestTool(const ContestTool& tool, int argc, char** argv);

}  // namespace poetry
