// The table of carried, changed and new files of a chapter.

#include "stage_table.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <regex>
#include <set>

#include "common/testing/temporary_folder.h"

namespace poetry::readme {

namespace fs = std::filesystem;

namespace {

struct Row {
  std::string file;
  std::string status;
};

std::optional<Row> rowIn(const std::string& line) {
  // The file may be a link: [`get-poetry.cpp`](get-poetry.cpp).
  static const std::regex row(
      R"(\s*\|\s*\[?`([^`]+)`(?:\]\([^)]*\))?\s*\|\s*(carried|changed|new)\s*\|.*)");
  std::smatch match;
  if (!std::regex_match(line, match, row)) return std::nullopt;
  return Row{match[1], match[2]};
}

std::set<std::string> sourcesIn(const fs::path& folder) {
  std::set<std::string> sources;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".h") {
      sources.insert(fs::relative(entry.path(), folder));
    }
  }
  return sources;
}

std::string statusOf(const std::string& file, const fs::path& chapter,
                     const std::vector<fs::path>& earlier) {
  for (const fs::path& before : earlier) {
    if (!fs::exists(before / file)) continue;
    const bool same = testing::contentsOf(chapter / file) == testing::contentsOf(before / file);
    return same ? "carried" : "changed";
  }
  return "new";
}

}  // namespace

Complaints checkStageTable(const Markdown& readme, const fs::path& chapter,
                           const std::vector<fs::path>& earlier) {
  Complaints complaints;
  std::set<std::string> listed;
  for (const NumberedLine& line : readme.prose) {
    const auto row = rowIn(line.text);
    if (!row) continue;
    const auto complain = [&](const std::string& text) {
      complaints.push_back({line.number, row->file + " " + text});
    };
    if (!listed.insert(row->file).second) complain("is listed twice");
    if (!fs::exists(chapter / row->file)) {
      complain("is not there");
    } else if (const std::string status = statusOf(row->file, chapter, earlier);
               status != row->status) {
      complain(fmt::format("is {}, not {}", status, row->status));
    }
  }
  for (const std::string& source : sourcesIn(chapter)) {
    if (listed.contains(source)) continue;
    complaints.push_back({1, fmt::format("The table lacks a row: | `{}` | {} | ... |", source,
                                         statusOf(source, chapter, earlier))});
  }
  return complaints;
}

}  // namespace poetry::readme
