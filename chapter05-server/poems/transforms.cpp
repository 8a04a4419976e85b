#include "poems/transforms.h"

#include <algorithm>
#include <map>

namespace poetry {

namespace {

bool isSmall(char letter) {
  return letter >= 'a' && letter <= 'z';
}

bool isCapital(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

char inSmall(char letter) {
  return isCapital(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
}

char inCapital(char letter) {
  return isSmall(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
}

char rotated(char letter) {
  if (!isSmall(letter) && !isCapital(letter)) return letter;
  const bool firstHalf = inSmall(letter) <= 'm';
  return static_cast<char>(firstHalf ? letter + 13 : letter - 13);
}

template <char (*each)(char)>
std::string eachLetter(std::string_view poem) {
  std::string result(poem);
  std::transform(result.begin(), result.end(), result.begin(), each);
  return result;
}

// A newline ends a line. Where the last line has none, the new last one has none.
std::string linesReversed(std::string_view poem) {
  std::string result;
  result.reserve(poem.size());
  const bool ends = poem.ends_with('\n');
  if (ends) poem.remove_suffix(1);
  for (std::size_t end = poem.size();;) {
    const std::size_t newline = end == 0 ? std::string_view::npos : poem.rfind('\n', end - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    result += poem.substr(begin, end - begin);
    if (newline == std::string_view::npos) break;
    result += '\n';
    end = newline;
  }
  if (ends) result += '\n';
  return result;
}

using Transform = std::string (*)(std::string_view poem);

const std::map<std::string_view, Transform> kTransforms = {
    {"cummingsify", eachLetter<inSmall>},
    {"shout", eachLetter<inCapital>},
    {"reverse-lines", linesReversed},
    {"rot13", eachLetter<rotated>},
};

}  // namespace

std::optional<std::string> transformed(std::string_view transform, std::string_view poem) {
  const auto found = kTransforms.find(transform);
  if (found == kTransforms.end()) return std::nullopt;
  return found->second(poem);
}

}  // namespace poetry
