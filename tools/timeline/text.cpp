// Purpose: the timeline's text helpers. Fails: never; bad bytes become U+FFFD.

#include "tools/timeline/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poetry::timeline {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::size_t kMaxCharacters = 200;

// The well-formed sequences of UTF-8, by their first byte and the range of their second: the ranges
// shut out overlong forms, surrogates and what lies beyond U+10FFFF.
struct Sequence {
  unsigned char firstLow, firstHigh, secondLow, secondHigh;
  std::size_t length;
};
constexpr std::array<Sequence, 9> kSequences{{{0x00, 0x7F, 0, 0, 1},
                                              {0xC2, 0xDF, 0x80, 0xBF, 2},
                                              {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                              {0xE1, 0xEC, 0x80, 0xBF, 3},
                                              {0xED, 0xED, 0x80, 0x9F, 3},
                                              {0xEE, 0xEF, 0x80, 0xBF, 3},
                                              {0xF0, 0xF0, 0x90, 0xBF, 4},
                                              {0xF1, 0xF3, 0x80, 0xBF, 4},
                                              {0xF4, 0xF4, 0x80, 0x8F, 4}}};

bool between(char byte, unsigned char low, unsigned char high) {
  const auto value = static_cast<unsigned char>(byte);
  return low <= value && value <= high;
}

bool matches(std::string_view bytes, const Sequence& sequence) {
  if (bytes.size() < sequence.length) return false;
  if (sequence.length > 1 && !between(bytes[1], sequence.secondLow, sequence.secondHigh))
    return false;
  return std::all_of(bytes.begin() + 1, bytes.begin() + static_cast<long>(sequence.length),
                     [](char byte) { return between(byte, 0x80, 0xBF); });
}

// The length of the well-formed sequence in front, or 0.
std::size_t frontLength(std::string_view bytes) {
  for (const Sequence& sequence : kSequences) {
    if (between(bytes[0], sequence.firstLow, sequence.firstHigh))
      return matches(bytes, sequence) ? sequence.length : 0;
  }
  return 0;
}

// Control characters (C0, DEL, C1), and U+FFFE and U+FFFF, which XML forbids.
bool isUnprintable(std::string_view character) {
  if (character.size() == 1) return between(character[0], 0x00, 0x1F) || character[0] == 0x7F;
  if (character.size() == 2) return character[0] == '\xC2' && between(character[1], 0x80, 0x9F);
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

// In units of the font size; the widths of a wide font, so that what fits here fits elsewhere.
double characterWidth(std::string_view character) {
  if (character.size() > 2) return 1.0;
  if (character.size() == 2) return 0.65;
  const char letter = character[0];
  if (std::string_view(" .,:;'|ijl").find(letter) != std::string_view::npos) return 0.34;
  if (std::string_view("frt-()[]/").find(letter) != std::string_view::npos) return 0.41;
  if (std::string_view("mwMW@%").find(letter) != std::string_view::npos) return 0.97;
  if (between(letter, 'A', 'Z')) return 0.72;
  return 0.62;
}

}  // namespace

std::string repairUtf8(std::string_view bytes) {
  std::string repaired;
  repaired.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = frontLength(bytes);
    repaired += length > 0 ? bytes.substr(0, length) : kReplacement;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return repaired;
}

std::string printable(std::string_view text) {
  std::string line;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == kMaxCharacters) return line.append(kEllipsis);
    const std::size_t length = frontLength(text);
    const std::string_view character = text.substr(0, length);
    line += length == 0 || isUnprintable(character) ? kReplacement : character;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

std::string escapeXml(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

double textWidth(std::string_view text, double fontSize) {
  double width = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(frontLength(text), 1);
    width += characterWidth(text.substr(0, length));
    text.remove_prefix(length);
  }
  return width * fontSize;
}

std::string fitText(std::string_view text, double fontSize, double width) {
  if (textWidth(text, fontSize) <= width) return std::string(text);
  double left = width - textWidth(kEllipsis, fontSize);
  std::size_t kept = 0;
  while (kept < text.size()) {
    const std::size_t length = std::max<std::size_t>(frontLength(text.substr(kept)), 1);
    left -= textWidth(text.substr(kept, length), fontSize);
    if (left < 0) break;
    kept += length;
  }
  return std::string(text.substr(0, kept)).append(kEllipsis);
}

std::string formatSeconds(double seconds) {
  return seconds > 0 && seconds < 0.1 ? fmt::format("{:.4f}", seconds)
                                      : fmt::format("{:.2f}", seconds);
}

std::string formatShare(double share) {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share < 1 && share > 0.9995) return ">99.9 %";
  return fmt::format("{:.1f} %", 100 * share);
}

std::string formatCount(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace poetry::timeline
