#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace poetry::simulator {

// What is wrong with a line of input, and where in it.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  InputError(std::size_t column, const std::string& what);
};

struct Word {
  std::string text;
  std::size_t column;  // in characters, counted from 1
};

// Words stand between blanks, or between quotes if they have blanks in them; # begins a comment.
// Throws InputError. What it lets through is safe to print: UTF-8 without control characters.
std::vector<Word> splitWords(std::string_view line);

// The word as one would type it: with quotes if it needs them.
std::string quoted(const std::string& word);

// All our text is assumed to take one column of the terminal per character.
std::size_t countCharacters(std::string_view text);

// The text, or as much of it as fits with an ellipsis after it.
std::string fitted(const std::string& text, std::size_t width);

}  // namespace poetry::simulator
