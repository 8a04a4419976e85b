// Compares what a README shows with what is there.

#include "checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <utility>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry::readme {

namespace fs = std::filesystem;

namespace {

const std::string kAnyLines = "...";  // as an expected line: any number of lines, also none

// The index of the first expected line that was not found (or their count: more lines than
// expected came), and of the actual line that stands in its place.
struct Mismatch {
  std::size_t expected;
  std::size_t actual;
};

// Compares line by line; of several ways to lay a `...`, the one that gets furthest counts.
std::optional<Mismatch> compareInOrder(const Lines& expected, const Lines& actual) {
  std::optional<Mismatch> furthest;
  std::optional<Mismatch> lastAny;  // after the last `...`, and where the next try begins
  std::size_t e = 0, a = 0;
  while (e < expected.size() || a < actual.size()) {
    if (e < expected.size() && expected[e] == kAnyLines) {
      lastAny = {++e, a};
      if (e == expected.size()) return std::nullopt;  // a `...` at the end takes the rest
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

// Says what is shown, from a line on, and what `name` has there. Nothing if there is no mismatch.
Complaints complaintsOf(const std::optional<Mismatch>& mismatch, const Lines& shown, int line,
                        const Lines& actual, const std::string& name) {
  if (!mismatch) return {};
  std::string there;
  const std::size_t at = mismatch->actual, end = std::min(at + 4, actual.size());
  for (std::size_t i = at - std::min(at, std::size_t{3}); i < end; ++i) {
    there += fmt::format("  {}{:>4} | {}\n", i == at ? '>' : ' ', i + 1, actual[i]);
  }
  if (at >= actual.size()) there += "  >     (nothing more)\n";
  if (mismatch->expected == shown.size()) {
    return {{line - 1, fmt::format("{} has more than is shown:\n{}", name, there)}};
  }
  return {
      {line + static_cast<int>(mismatch->expected),
       fmt::format("Shown is:\n    {}\nbut {} has:\n{}", shown[mismatch->expected], name, there)}};
}

using Changes = std::vector<std::pair<std::regex, std::string>>;

// Blanks at the end of a line and before a `...`, and the dates in a diff.
const Changes kNever{{std::regex(R"(\s+$)"), ""},
                     {std::regex(R"(^ +\.\.\.$)"), kAnyLines},
                     {std::regex(R"(^((---|\+\+\+) \S+)\s+\d{4}-\d\d-\d\d \d\d:.*)"), "$1"}};

// What differs from run to run: times, the clients' ports, and how wide a table's columns are.
const Changes kNotInOutput{{std::regex(R"(\d+:\d\d:\d\d\.\d{6})"), "<elapsed>"},
                           {std::regex(R"((Somebody at \S+):\d+( wants|: ))"), "$1:<port>$2"},
                           {std::regex(R"((^|\s)[<>]?\d+\.\d+%?(?=\s|$))"), "$1<decimal>"},
                           {std::regex(R"((\S)\s+)"), "$1 "}};

Lines without(const Changes& changes, Lines lines) {
  for (std::string& line : lines) {
    for (const auto& [what, by] : changes) line = std::regex_replace(line, what, by);
  }
  return lines;
}

// $0 is a folder, where the script runs; $1 and so on are up to the script.
Lines outputOf(const std::string& script, const Lines& arguments) {
  Lines command{"/usr/bin/env", "bash", "-c", "cd \"$0\" && " + script};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return testing::linesOf(testing::run(command).out);
}

// Finds the lines, one below the other, at each indentation that the text has. The best try counts.
std::optional<Mismatch> find(const Lines& excerpt, const Lines& text) {
  const auto hasText = [](const auto& line) { return !line.empty() && line != kAnyLines; };
  const auto indentationOf = [](const auto& line) { return line.find_first_not_of(' '); };
  std::size_t common = std::string::npos;
  for (const std::string& line : excerpt) {
    if (hasText(line)) common = std::min(common, indentationOf(line));
  }
  std::set<std::size_t> indentations{0};
  for (const std::string& line : text) {
    if (hasText(line)) indentations.insert(indentationOf(line));
  }
  std::optional<Mismatch> best;
  for (const std::size_t indentation : indentations) {
    Lines expected{kAnyLines};
    for (const std::string& line : excerpt) {
      const bool moves = hasText(line);
      expected.push_back(moves ? std::string(indentation, ' ') + line.substr(common) : line);
    }
    expected.push_back(kAnyLines);
    const auto mismatch = compareInOrder(expected, text);
    if (!mismatch) return std::nullopt;
    if (!best || mismatch->expected > best->expected) best = mismatch;
  }
  --best->expected;  // dots were put first
  return best;
}

}  // namespace

Complaints compareOutput(const Lines& shown, int line, const Lines& output, bool inAnyOrder) {
  Lines expected = without(kNotInOutput, without(kNever, shown));
  Lines actual = without(kNotInOutput, without(kNever, output)), missing, more;
  if (!inAnyOrder) {
    return complaintsOf(compareInOrder(expected, actual), shown, line, output, "the output");
  }
  const bool takesMore = std::erase(expected, kAnyLines) > 0;
  std::sort(expected.begin(), expected.end());
  std::sort(actual.begin(), actual.end());
  std::ranges::set_difference(expected, actual, std::back_inserter(missing));
  if (!takesMore) std::ranges::set_difference(actual, expected, std::back_inserter(more));
  Complaints complaints;
  for (const auto& text : missing)
    complaints.push_back({line, "Shown, but does not come: " + text});
  for (const auto& text : more) complaints.push_back({line, "Comes, but is not shown: " + text});
  return complaints;
}

Complaints checkExcerpt(const Fence& fence, const fs::path& root) {
  const auto name = fence.note("from ");
  if (!name) return {{fence.line, "Say in the line above where this is from: <!-- from FILE -->"}};
  if (!fs::is_regular_file(root / *name)) return {{fence.line, "There is no file " + *name}};
  const Lines text = without(kNever, testing::linesOf(testing::contentsOf(root / *name)));
  return complaintsOf(find(without(kNever, fence.lines), text), fence.lines, fence.line + 1, text,
                      *name);
}

Complaints checkDiff(const Fence& fence, const fs::path& root) {
  std::istringstream names(fence.note("diff ").value_or(""));
  std::string before, after;
  if (!(names >> before >> after)) {
    return {{fence.line, "Say in the line above what is compared: <!-- diff FILE FILE -->"}};
  }
  const Lines diff = without(kNever, outputOf(R"(diff -u "$1" "$2" 2>&1)", {root, before, after}));
  // Where a hunk begins depends on how much is shown of the one before.
  const Changes hunks{{std::regex("^@@.*"), kAnyLines}};
  const Lines excerpt = without(hunks, without(kNever, fence.lines));
  return complaintsOf(find(excerpt, diff), fence.lines, fence.line + 1, diff,
                      fmt::format("diff -u {} {}", before, after));
}

Complaints checkLinks(const std::vector<AtLine>& links, const fs::path& folder) {
  // What leads out of the lab is not followed: the tests need no network.
  static const std::regex elsewhere(R"([A-Za-z][A-Za-z0-9+.-]*:.*|//.*|#.*)");
  Complaints complaints;
  for (const auto& [line, target] : links) {
    const std::string path = target.substr(0, target.find_first_of("#?"));
    if (std::regex_match(target, elsewhere) || fs::exists(folder / path)) continue;
    complaints.push_back({line, "There is no " + target});
  }
  return complaints;
}

Complaints checkTable(const std::vector<AtLine>& entries, const fs::path& chapter) {
  Complaints complaints;
  std::set<std::string> listed;
  int files = 0;
  for (const auto& [line, entry] : entries) {
    const fs::path path = chapter / entry;
    const bool isThere = entry.ends_with('/') ? fs::is_directory(path) : fs::is_regular_file(path);
    if (!isThere) complaints.push_back({line, entry + " is not there"});
    if (!listed.insert(entry).second) complaints.push_back({line, entry + " is listed twice"});
    if (!entry.ends_with('/') && ++files == 16) {
      complaints.push_back({line, "More than 15 files are listed."});
    }
  }
  const int line = entries.empty() ? 1 : entries.front().line;
  // The sub-folders that git tracks; all, where the lab came without git.
  for (const auto& path : outputOf("{ git ls-files 2>/dev/null || ls -d -- */; }", {chapter})) {
    const std::string room = path.substr(0, path.find('/') + 1);  // empty for a file
    if (room.empty() || !listed.insert(room).second) continue;
    complaints.push_back({line, "The table lacks a row for " + room});
  }
  return complaints;
}

}  // namespace poetry::readme
