#pragma once

#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace poetry {

// The machine has gone mad: what it wrote is no poem, and the poem is lost.
struct GibberishError : std::runtime_error {
  GibberishError() : std::runtime_error("the poem has become gibberish") {}
};

// The machine broke, but the poem is as it was.
struct CannotCummingsify : std::runtime_error {
  explicit CannotCummingsify(std::string original)
      : std::runtime_error("cummingsify failed, the poem stays as it is"),
        poem(std::move(original)) {}

  std::string poem;
};

// Writes a poem in small letters, as E. E. Cummings did. (Only those of ASCII: the bytes of others
// stay as they are.)
inline std::string inSmallLetters(std::string poem) {
  for (char& letter : poem) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return poem;
}

// A machine that does so, and cannot be trusted.
class Cummingsify {
 public:
  // `outcome` says how it will go: "works", "gibberish" or "breaks"; empty: one of them each time.
  explicit Cummingsify(std::string outcome) : outcome_(std::move(outcome)) {}

  // Throws GibberishError or CannotCummingsify.
  std::string operator()(const std::string& poem) {
    const std::string outcome = outcome_.empty() ? byChance() : outcome_;
    if (outcome == "gibberish") throw GibberishError();
    if (outcome == "breaks") throw CannotCummingsify(poem);
    return inSmallLetters(poem);
  }

 private:
  std::string byChance() {
    constexpr const char* kOutcomes[] = {"works", "gibberish", "breaks"};
    return kOutcomes[std::uniform_int_distribution<>(0, 2)(random_)];
  }

  std::string outcome_;
  std::mt19937 random_{std::random_device()()};
};

}  // namespace poetry
