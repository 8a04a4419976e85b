// Excerpts of sources and of their diffs: an excerpt is an expectation with a `...` before it and
// one behind it.

#include "excerpts.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "compare.h"
#include "shell.h"

namespace poetry::readme {

namespace {

constexpr std::size_t kDeepest = 40;  // no source is indented further

std::string withoutBlanksAtItsEnd(const std::string& line) {
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

// A line that is just `...` is that without its indentation, the others end where their text does.
Lines tidied(Lines lines) {
  for (std::string& line : lines) {
    line = withoutBlanksAtItsEnd(line);
    if (line.ends_with(kAnyLines) && line.find_first_not_of(' ') == line.size() - 3) {
      line = kAnyLines;
    }
  }
  return lines;
}

bool hasText(const std::string& line) {
  return !line.empty() && line != kAnyLines;
}

// Moves all lines to the left, until the first of them stands at the margin.
Lines withoutIndentation(Lines lines) {
  std::size_t common = kDeepest;
  for (const std::string& line : lines) {
    if (hasText(line)) common = std::min(common, line.find_first_not_of(' '));
  }
  for (std::string& line : lines) {
    if (hasText(line)) line.erase(0, common);
  }
  return lines;
}

Lines indented(Lines lines, std::size_t indentation) {
  for (std::string& line : lines) {
    if (hasText(line)) line.insert(0, indentation, ' ');
  }
  return lines;
}

std::optional<Mismatch> find(const Lines& excerpt, const Lines& text) {
  Lines expected{kAnyLines};
  expected.insert(expected.end(), excerpt.begin(), excerpt.end());
  expected.emplace_back(kAnyLines);
  return compareInOrder(expected, text);
}

// As above, wherever the excerpt may have stood from left to right. The best try counts.
std::optional<Mismatch> findIndented(const Lines& excerpt, const Lines& text) {
  std::optional<Mismatch> best;
  const Lines shifted = withoutIndentation(excerpt);
  for (std::size_t indentation = 0; indentation <= kDeepest; ++indentation) {
    const auto mismatch = find(indented(shifted, indentation), text);
    if (!mismatch) return std::nullopt;
    if (!best || mismatch->expected > best->expected) best = mismatch;
  }
  return best;
}

Complaint complaintOf(const Fence& fence, const Mismatch& mismatch, const Lines& text,
                      const std::string& name) {
  const std::size_t index = mismatch.expected - 1;  // of the excerpt's line: a `...` was put first
  const int line = fence.line + 1 + static_cast<int>(index);
  std::string message =
      fmt::format("{} has no such line here:\n    {}\n", name, fence.lines[index]);
  if (index > 0) message += "It goes on like this:\n" + around(text, mismatch.actual);
  return {line, message};
}

Lines diffLines(Lines lines) {
  for (std::string& line : lines) line = withoutDiffDate(line);
  return tidied(lines);
}

Lines outputOf(const std::string& command, const std::filesystem::path& folder) {
  return testing::linesOf(Shell(folder, command).wait().output);
}

}  // namespace

Complaints checkExcerpt(const Fence& fence, const std::filesystem::path& root) {
  const auto name = fence.note("from ");
  if (!name) {
    return {{fence.line,
             "Say in the line above where this comes from: <!-- from chapter01-blocking/"
             "get-poetry.cpp -->"}};
  }
  if (!std::filesystem::is_regular_file(root / *name)) {
    return {{fence.line, "There is no file " + *name}};
  }
  const Lines text = tidied(testing::linesOf(testing::contentsOf(root / *name)));
  const auto mismatch = findIndented(tidied(fence.lines), text);
  if (!mismatch) return {};
  return {complaintOf(fence, *mismatch, text, *name)};
}

Complaints checkDiff(const Fence& fence, const std::filesystem::path& root) {
  const std::string sample =
      "<!-- diff chapter01-blocking/get-poetry.cpp chapter02-select/get-poetry.cpp -->";
  std::istringstream names(fence.note("diff ").value_or(""));
  std::string before, after;
  if (!(names >> before >> after)) {
    return {{fence.line, "Say in the line above what is compared: " + sample}};
  }
  for (const std::string& name : {before, after}) {
    if (!std::filesystem::is_regular_file(root / name)) {
      return {{fence.line, "There is no file " + name}};
    }
  }

  const std::string command = fmt::format("diff -u '{}' '{}'", before, after);
  const Lines diff = diffLines(outputOf(command, root));
  Lines excerpt = diffLines(fence.lines);
  // Where a hunk begins depends on how much is shown of the one before.
  for (std::string& line : excerpt) {
    if (line.starts_with("@@")) line = kAnyLines;
  }
  const auto mismatch = find(excerpt, diff);
  if (!mismatch) return {};
  return {complaintOf(fence, *mismatch, diff, command)};
}

}  // namespace poetry::readme
