// Compares what a README shows with what is there.

#include "checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry::readme {

namespace fs = std::filesystem;

std::optional<Mismatch> compareInOrder(const Lines& expected, const Lines& actual) {
  std::optional<Mismatch> furthest;
  std::optional<Mismatch> lastAny;  // behind the last `...`, and where the next try begins
  std::size_t e = 0, a = 0;
  while (e < expected.size() || a < actual.size()) {
    if (e < expected.size() && expected[e] == kAnyLines) {
      lastAny = {++e, a};
      // A `...` at the end takes the rest.
      if (e == expected.size()) return std::nullopt;
    } else if (e < expected.size() && a < actual.size() && expected[e] == actual[a]) {
      ++e, ++a;
    } else {
      if (!furthest || e >= furthest->expected) furthest = {e, a};
      if (!lastAny || lastAny->actual >= actual.size()) return furthest;
      e = lastAny->expected;
      a = ++lastAny->actual;
    }
  }
  return std::nullopt;
}

Complaints complaintsOf(const std::optional<Mismatch>& mismatch, const Lines& shown, int line,
                        const Lines& actual, const std::string& name) {
  if (!mismatch) return {};
  constexpr std::size_t kContext = 3;
  std::string there;
  const std::size_t at = mismatch->actual, end = std::min(at + kContext + 1, actual.size());
  for (std::size_t i = at - std::min(at, kContext); i < end; ++i) {
    there += fmt::format("  {}{:>4} | {}\n", i == at ? '>' : ' ', i + 1, actual[i]);
  }
  if (at >= actual.size()) there += "  >     (nothing more)\n";
  if (mismatch->expected == shown.size()) {
    return {{line - 1, fmt::format("{} has more than is shown:\n{}", name, there)}};
  }
  return {{line + static_cast<int>(mismatch->expected),
           fmt::format("Shown is:\n    {}\nbut {} has no such line here:\n{}",
                       shown[mismatch->expected], name, there)}};
}

std::string withoutDiffDate(const std::string& line) {
  static const std::regex header(R"(((?:---|\+\+\+) \S+)\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*)");
  return std::regex_replace(line, header, "$1");
}

// ---- excerpts ----------------------------------------------------------------------------------

namespace {

Lines outputOf(std::vector<std::string> command) {
  command.insert(command.begin(), "/usr/bin/env");
  return testing::linesOf(testing::run(command).out);
}

std::size_t indentationOf(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Lines end where their text does, and a `...` begins at the margin.
Lines tidied(Lines lines) {
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(" \t") + 1);
    if (line.substr(indentationOf(line)) == kAnyLines) line = kAnyLines;
  }
  return lines;
}

bool hasText(const std::string& line) {
  return !line.empty() && line != kAnyLines;
}

Lines moved(Lines lines, std::size_t toTheLeft, std::size_t toTheRight) {
  for (std::string& line : lines) {
    if (hasText(line)) line.erase(0, toTheLeft).insert(0, toTheRight, ' ');
  }
  return lines;
}

std::optional<Mismatch> find(Lines excerpt, const Lines& text) {
  excerpt.insert(excerpt.begin(), kAnyLines);
  excerpt.push_back(kAnyLines);
  auto mismatch = compareInOrder(excerpt, text);
  if (mismatch) --mismatch->expected;  // the dots were put first
  return mismatch;
}

// As above, wherever from left to right the text has the excerpt's first line. The best try counts.
std::optional<Mismatch> findIndented(const Lines& excerpt, const Lines& text) {
  const auto first = std::find_if(excerpt.begin(), excerpt.end(), hasText);
  if (first == excerpt.end()) return std::nullopt;
  std::size_t common = indentationOf(*first);
  for (const std::string& line : excerpt) {
    if (hasText(line)) common = std::min(common, indentationOf(line));
  }
  const Lines flush = moved(excerpt, common, 0);
  const std::string& words = flush[first - excerpt.begin()];
  std::set<std::size_t> indentations;
  for (const std::string& line : text) {
    const std::size_t before = line.size() - std::min(words.size(), line.size());
    if (line == std::string(before, ' ') + words) indentations.insert(before);
  }
  Mismatch best{0, text.size()};
  for (const std::size_t indentation : indentations) {
    const auto mismatch = find(moved(flush, 0, indentation), text);
    if (!mismatch) return std::nullopt;
    if (mismatch->expected > best.expected) best = *mismatch;
  }
  return best;
}

}  // namespace

Complaints checkExcerpt(const Fence& fence, const fs::path& root) {
  const auto name = fence.note("from ");
  if (!name) return {{fence.line, "Say in the line above where this is from: <!-- from FILE -->"}};
  if (!fs::is_regular_file(root / *name)) return {{fence.line, "There is no file " + *name}};
  const Lines text = tidied(testing::linesOf(testing::contentsOf(root / *name)));
  return complaintsOf(findIndented(tidied(fence.lines), text), fence.lines, fence.line + 1, text,
                      *name);
}

Complaints checkDiff(const Fence& fence, const fs::path& root) {
  std::istringstream names(fence.note("diff ").value_or(""));
  std::string before, after;
  if (!(names >> before >> after)) {
    return {{fence.line, "Say in the line above what is compared: <!-- diff FILE FILE -->"}};
  }
  for (const std::string& name : {before, after}) {
    if (!fs::is_regular_file(root / name)) return {{fence.line, "There is no file " + name}};
  }
  Lines diff =
      outputOf({"bash", "-c", R"(cd "$0" && diff -u "$1" "$2")", root.string(), before, after});
  Lines excerpt = fence.lines;
  for (Lines* lines : {&diff, &excerpt}) {
    std::transform(lines->begin(), lines->end(), lines->begin(), withoutDiffDate);
    *lines = tidied(*lines);
  }
  // Where a hunk begins depends on how much is shown of the one before.
  for (std::string& line : excerpt) {
    if (line.starts_with("@@")) line = kAnyLines;
  }
  return complaintsOf(find(excerpt, diff), fence.lines, fence.line + 1, diff,
                      fmt::format("diff -u {} {}", before, after));
}

// ---- links and tables --------------------------------------------------------------------------

Complaints checkLinks(const std::vector<AtLine>& links, const fs::path& folder) {
  // What leads out of the lab is not followed: the tests need no network.
  static const std::regex elsewhere(R"([A-Za-z][A-Za-z0-9+.-]*:.*|//.*|#.*)");
  Complaints complaints;
  for (const auto& [line, target] : links) {
    const std::string path = target.substr(0, target.find_first_of("#?"));
    if (std::regex_match(target, elsewhere) || fs::exists(folder / path)) continue;
    complaints.push_back({line, "The link leads nowhere: " + target});
  }
  return complaints;
}

namespace {

// The sub-folders that git tracks; all, where the lab came without git.
std::set<std::string> roomsIn(const fs::path& chapter) {
  std::set<std::string> rooms;
  const char* script = R"(cd "$0" && { git ls-files 2>/dev/null || ls -d -- */; })";
  for (const std::string& path : outputOf({"bash", "-c", script, chapter.string()})) {
    const std::size_t slash = path.find('/');
    if (slash != std::string::npos) rooms.insert(path.substr(0, slash + 1));
  }
  return rooms;
}

bool isThere(const std::string& entry, const fs::path& chapter) {
  return entry.ends_with('/') ? fs::is_directory(chapter / entry)
                              : fs::is_regular_file(chapter / entry);
}

}  // namespace

Complaints checkTable(const std::vector<AtLine>& entries, const fs::path& chapter) {
  constexpr std::size_t kMostFiles = 15;
  Complaints complaints;
  std::set<std::string> listed;
  std::size_t files = 0;
  for (const auto& [line, entry] : entries) {
    if (!isThere(entry, chapter)) complaints.push_back({line, entry + " is not there"});
    if (!listed.insert(entry).second) complaints.push_back({line, entry + " is listed twice"});
    if (!entry.ends_with('/') && ++files == kMostFiles + 1) {
      complaints.push_back({line, fmt::format("More than {} files are listed.", kMostFiles)});
    }
  }
  const int line = entries.empty() ? 1 : entries.front().line;
  for (const std::string& room : roomsIn(chapter)) {
    if (!listed.contains(room)) complaints.push_back({line, "The table lacks a row for " + room});
  }
  return complaints;
}

}  // namespace poetry::readme
