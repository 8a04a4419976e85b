#pragma once

#include <cstddef>
#include <cstdint>

namespace poetry::testing {

// Numbers that look like chance, and are the same for the same seed on every machine. (SplitMix64,
// by Sebastiano Vigna.)
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 to `end` - 1.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }

  // True `times` times in a hundred.
  bool percent(std::size_t times) { return below(100) < times; }

 private:
  std::uint64_t state_;
};

}  // namespace poetry::testing
