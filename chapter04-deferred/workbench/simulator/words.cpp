#include "workbench/simulator/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poetry::simulator {

namespace {

constexpr std::string_view kBlanks = " \t\r";

unsigned bitsOf(char byte) {
  return static_cast<unsigned char>(byte);
}

bool continues(char byte) {
  return (bitsOf(byte) & 0xC0U) == 0x80U;
}

// May a text contain it? Not control characters, surrogates, or what else XML forbids.
bool isPrintable(unsigned code) {
  if (code < 0xA0) return code >= 0x20 && code < 0x7F;
  return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) && (code & 0xFFFEU) != 0xFFFE;
}

// How many bytes the first character has; 0 if it is not UTF-8, or cannot be printed.
std::size_t frontLength(std::string_view bytes) {
  constexpr std::array<unsigned, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};  // by length
  const unsigned first = bitsOf(bytes[0]);
  if (first < 0x80) return isPrintable(first) ? 1 : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC0 || first >= 0xF8 || bytes.size() < length) return 0;
  unsigned code = first & (0x7FU >> length);
  for (const char byte : bytes.substr(1, length - 1)) {
    if (!continues(byte)) return 0;
    code = code << 6U | (bitsOf(byte) & 0x3FU);
  }
  return code >= kLeast[length] && isPrintable(code) ? length : 0;
}

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::vector<Word> split() {
    while (skipBlanks()) words_.push_back(takeWord());
    return std::move(words_);
  }

 private:
  bool skipBlanks() {
    at_ = std::min(line_.find_first_not_of(kBlanks, at_), line_.size());
    return at_ < line_.size() && line_[at_] != '#';
  }

  Word takeWord() {
    const std::size_t begin = at_;
    const char quote = line_[at_];
    if (quote != '"' && quote != '\'') return {takeUntil(kBlanks), columnOf(begin)};
    ++at_;
    std::string text = takeUntil(std::string_view(&quote, 1));
    if (at_ == line_.size()) throw InputError(columnOf(begin), "this quote is not closed");
    ++at_;
    return {std::move(text), columnOf(begin)};
  }

  std::string takeUntil(std::string_view ends) {
    const std::size_t begin = at_;
    while (at_ < line_.size() && ends.find(line_[at_]) == std::string_view::npos) {
      const std::size_t length = frontLength(line_.substr(at_));
      if (length == 0) throw InputError(columnOf(at_), "this is no printable text in UTF-8");
      at_ += length;
    }
    return std::string(line_.substr(begin, at_ - begin));
  }

  std::size_t columnOf(std::size_t at) const { return countCharacters(line_.substr(0, at)) + 1; }

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<Word> words_;
};

}  // namespace

InputError::InputError(std::size_t column, const std::string& what)
    : std::runtime_error(fmt::format("column {}: {}", column, what)) {}

std::vector<Word> splitWords(std::string_view line) {
  return Splitter(line).split();
}

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(kBlanks) == std::string::npos &&
                     std::string_view("\"'#").find(word[0]) == std::string_view::npos;
  if (plain) return word;
  const char quote = word.find('"') == std::string::npos ? '"' : '\'';
  return quote + word + quote;
}

std::size_t countCharacters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string fitted(const std::string& text, std::size_t width) {
  if (countCharacters(text) <= width) return text;
  if (width == 0) return "";
  std::size_t end = 0;
  for (std::size_t kept = 1; kept < width; ++kept) {
    end += frontLength(std::string_view(text).substr(end));
  }
  return text.substr(0, end) + "…";
}

}  // namespace poetry::simulator
