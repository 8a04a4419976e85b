// Text for the timeline: made safe where it comes in, escaped and cut to fit where it goes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace poetry::timeline {

// Replaces every byte that is not part of well-formed UTF-8 by U+FFFD.
std::string repairUtf8(std::string_view bytes);

// One line, safe for a terminal and for XML, of at most 200 characters: repaired, control
// characters replaced, the rest cut off with an ellipsis.
std::string printable(std::string_view bytes);

// For XML and HTML, in text and in attributes alike. Expects printable text.
std::string escapeXml(std::string_view text);

// An estimate, in pixels, on the generous side of the usual sans-serif fonts.
double textWidth(std::string_view text, double fontSize);

// The text, or as much of it as fits with an ellipsis after it.
std::string fitText(std::string_view text, double fontSize, double width);

std::string formatSeconds(double seconds);  // "10.13", and "0.0042" where two digits say nothing
std::string formatShare(double share);      // "99.6 %"
std::string formatCount(std::uint64_t count, std::string_view noun);  // "1 byte", "30 bytes"

}  // namespace poetry::timeline
