// Compares what a README shows with what is there. One comparison serves all: a transcript and its
// output, an excerpt and its file.

#include "compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace poetry::readme {

namespace {

// "0.13   10.1 %" and "12.30  9.9 %" are the same: "<decimal> <decimal> %". So is a table's row,
// however wide its columns. The indentation stays.
std::string normaliseWords(const std::string& line) {
  static const std::regex decimal(R"([<>]?\d+\.\d+%?)");
  const std::size_t indentation = line.find_first_not_of(' ');
  if (indentation == std::string::npos) return "";
  std::string words;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) {
    if (!words.empty()) words += ' ';
    words += std::regex_match(word, decimal) ? "<decimal>" : word;
  }
  return std::string(indentation, ' ') + words;
}

}  // namespace

std::string withoutDiffDate(const std::string& line) {
  static const std::regex header(R"(((?:---|\+\+\+) \S+)\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*)");
  std::smatch match;
  return std::regex_match(line, match, header) ? match[1].str() : line;
}

std::string normalise(const std::string& line) {
  static const std::regex elapsed(R"(\d+:\d\d:\d\d\.\d{6})");
  static const std::regex client(R"((Somebody at \S+):\d+( wants|: ))");
  std::string text = std::regex_replace(withoutDiffDate(line), elapsed, "<elapsed>");
  text = std::regex_replace(text, client, "$1:<port>$2");
  return normaliseWords(text);
}

Lines normalise(Lines lines) {
  for (std::string& line : lines) line = normalise(line);
  return lines;
}

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
      if (!furthest || e > furthest->expected) furthest = {e, a};
      if (!lastAny || lastAny->actual >= actual.size()) return furthest;
      e = lastAny->expected;
      a = ++lastAny->actual;
    }
  }
  return std::nullopt;
}

Leftovers compareInAnyOrder(const Lines& expected, const Lines& actual) {
  Leftovers left{{}, actual};
  for (const std::string& line : expected) {
    if (line == kAnyLines) continue;
    const auto found = std::find(left.actual.begin(), left.actual.end(), line);
    if (found == left.actual.end()) {
      left.expected.push_back(line);
    } else {
      left.actual.erase(found);
    }
  }
  if (std::count(expected.begin(), expected.end(), kAnyLines) > 0) left.actual.clear();
  return left;
}

std::string around(const Lines& lines, std::size_t index) {
  constexpr std::size_t kContext = 3;
  std::string text;
  const std::size_t end = std::min(index + kContext + 1, lines.size());
  for (std::size_t i = index - std::min(index, kContext); i < end; ++i) {
    text += fmt::format("  {}{:>4} | {}\n", i == index ? '>' : ' ', i + 1, lines[i]);
  }
  return index < lines.size() ? text : text + "  >     (nothing more)\n";
}

}  // namespace poetry::readme
