#include "tools/timeline/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/json_string.h"

namespace poetry::timeline {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::size_t kMaxCharacters = 200;
constexpr std::array<std::pair<char, std::string_view>, 5> kEntities{
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};

bool between(char byte, unsigned char low, unsigned char high) {
  const auto value = static_cast<unsigned char>(byte);
  return low <= value && value <= high;
}

// Takes the first character off the text, which is well-formed UTF-8.
std::string_view takeCharacter(std::string_view& text) {
  std::size_t length = 1;
  while (length < text.size() && between(text[length], 0x80, 0xBF)) ++length;
  const std::string_view character = text.substr(0, length);
  text.remove_prefix(length);
  return character;
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
  return nlohmann::json::parse(jsonString(bytes));
}

std::string printable(std::string_view bytes) {
  const std::string repaired = repairUtf8(bytes);
  std::string_view text = repaired;
  std::string line;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == kMaxCharacters) return line.append(kEllipsis);
    const std::string_view character = takeCharacter(text);
    line += isUnprintable(character) ? kReplacement : character;
  }
  return line;
}

std::string escapeXml(std::string_view text) {
  std::string escaped;
  for (const char& letter : text) {
    const auto entity = std::find_if(kEntities.begin(), kEntities.end(),
                                     [&](const auto& each) { return each.first == letter; });
    escaped += entity == kEntities.end() ? std::string_view(&letter, 1) : entity->second;
  }
  return escaped;
}

double textWidth(std::string_view text, double fontSize) {
  double width = 0;
  while (!text.empty()) width += characterWidth(takeCharacter(text));
  return width * fontSize;
}

std::string fitText(std::string_view text, double fontSize, double width) {
  if (textWidth(text, fontSize) <= width) return std::string(text);
  double left = width - textWidth(kEllipsis, fontSize);
  std::string fitting;
  while (!text.empty()) {
    const std::string_view character = takeCharacter(text);
    left -= textWidth(character, fontSize);
    if (left < 0) break;
    fitting += character;
  }
  return fitting.append(kEllipsis);
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
