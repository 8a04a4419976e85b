// Reads as much Markdown as the checks need: fences, the comments above them, links.

#include "markdown.h"

#include <algorithm>
#include <regex>
#include <utility>

#include "common/testing/running_program.h"

namespace poetry::readme {

namespace {

// How a fence opens: its indentation, its ``` or ~~~, and its language.
struct Opening {
  std::size_t indentation;
  std::string mark;
  std::string language;
};

std::optional<Opening> openingIn(const std::string& line) {
  static const std::regex opening(R"(( *)(`{3,}|~{3,}) *([^\s`]*)[^`]*)");
  std::smatch match;
  if (!std::regex_match(line, match, opening)) return std::nullopt;
  return Opening{match[1].str().size(), match[2], match[3]};
}

bool closes(const std::string& line, const Opening& opening) {
  const std::size_t begin = line.find_first_not_of(' ');
  const std::size_t end = line.find_last_not_of(' ');
  if (begin == std::string::npos || end + 1 - begin < opening.mark.size()) return false;
  return line.find_first_not_of(opening.mark[0], begin) > end;
}

// Without the indentation that the fence itself has: it may stand in a list.
std::string withoutIndentation(const std::string& line, std::size_t indentation) {
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  return line.substr(std::min(blanks, indentation));
}

// Adds what the comment says if the line is one; forgets all when it is neither that nor empty.
void collectNotes(const std::string& line, Lines& notes) {
  static const std::regex comment(R"(\s*<!--\s*(.*?)\s*-->\s*)");
  std::smatch match;
  if (std::regex_match(line, match, comment)) {
    notes.push_back(match[1]);
  } else if (line.find_first_not_of(" \t") != std::string::npos) {
    notes.clear();
  }
}

}  // namespace

std::optional<std::string> Fence::note(const std::string& prefix) const {
  for (const std::string& note : notes) {
    if (note.starts_with(prefix)) return note.substr(prefix.size());
  }
  return std::nullopt;
}

Markdown parseMarkdown(const std::string& text) {
  Markdown markdown;
  Lines notes;
  std::optional<Opening> open;
  int number = 0;
  for (const std::string& line : testing::linesOf(text)) {
    ++number;
    if (open) {
      if (closes(line, *open)) {
        open.reset();
      } else {
        markdown.fences.back().lines.push_back(withoutIndentation(line, open->indentation));
      }
    } else if ((open = openingIn(line))) {
      markdown.fences.push_back({number, open->language, {}, std::exchange(notes, {})});
    } else {
      collectNotes(line, notes);
      markdown.prose.push_back({number, line});
    }
  }
  return markdown;
}

Lines linksIn(std::string line) {
  static const std::regex code("(`+)[^`]+\\1");
  static const std::regex link(R"(\]\(\s*<?([^)\s>]+)|)"      // [text](target) and ![text](target)
                               R"(^ *\[[^\]^]+\]:\s*(\S+)|)"  // [name]: target
                               R"(\b(?:src|srcset|href)\s*=\s*"([^"]+))"  // <img src="target">
  );
  line = std::regex_replace(line, code, "code");
  Lines links;
  for (std::sregex_iterator next(line.begin(), line.end(), link), end; next != end; ++next) {
    for (std::size_t group = 1; group < next->size(); ++group) {
      if ((*next)[group].matched) links.push_back((*next)[group]);
    }
  }
  return links;
}

}  // namespace poetry::readme
