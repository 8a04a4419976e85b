#include "workbench/simulator/canvas.h"

#include <algorithm>

#include "workbench/simulator/words.h"

namespace poetry::simulator {

namespace {

// All characters of lines, by the weights of their arms: up counts 27, right 9, down 3, left 1.
// Each is three bytes in UTF-8, except the first, which is empty.
constexpr std::string_view kLines =
    "   ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳"
    "╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈"
    "╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋";

std::string_view escapeOf(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "\033[0m";
    case Ink::kQuiet:
      return "\033[0;2m";
    case Ink::kTitle:
      return "\033[0;1m";
    case Ink::kValue:
      return "\033[0;1;32m";
    case Ink::kError:
      return "\033[0;1;31m";
  }
  return "";
}

}  // namespace

Canvas::Canvas(std::size_t width, std::size_t height) : width_(width), cells_(width * height) {}

void Canvas::line(Point from, Point to, Pen pen) {
  for (; from.x < to.x; ++from.x) {
    arm(from, kRight, pen);
    arm({from.x + 1, from.y}, kLeft, pen);
  }
  for (; from.x > to.x; --from.x) {
    arm(from, kLeft, pen);
    arm({from.x - 1, from.y}, kRight, pen);
  }
  for (; from.y < to.y; ++from.y) {
    arm(from, kDown, pen);
    arm({from.x, from.y + 1}, kUp, pen);
  }
}

void Canvas::box(Point topLeft, Point bottomRight, Pen pen) {
  const Point topRight{bottomRight.x, topLeft.y};
  const Point bottomLeft{topLeft.x, bottomRight.y};
  line(topLeft, topRight, pen);
  line(bottomLeft, bottomRight, pen);
  line(topLeft, bottomLeft, pen);
  line(topRight, bottomRight, pen);
}

void Canvas::arm(Point at, Arm arm, Pen pen) {
  Cell& drawn = cell(at);
  const Weight heaviest = *std::max_element(drawn.arms.begin(), drawn.arms.end());
  if (pen.weight >= heaviest) drawn.ink = pen.ink;
  drawn.arms[arm] = std::max(drawn.arms[arm], pen.weight);
}

void Canvas::text(Point at, std::string_view words, Ink ink) {
  for (; !words.empty() && at.x < width_; ++at.x) {
    std::size_t length = 1;
    while (length < words.size() && countCharacters(words.substr(0, length + 1)) == 1) ++length;
    cell(at) = {{}, std::string(words.substr(0, length)), ink};
    words.remove_prefix(length);
  }
}

std::string_view Canvas::characterOf(const Cell& cell) {
  if (!cell.character.empty()) return cell.character;
  std::size_t index = 0;
  for (const Weight weight : cell.arms) index = 3 * index + static_cast<std::size_t>(weight);
  return index == 0 ? " " : kLines.substr(3 * index, 3);
}

std::string Canvas::rowText(std::size_t row, bool colours) const {
  std::string text;
  std::size_t end = 0;  // after the last character that is not blank
  Ink ink = Ink::kPlain;
  for (std::size_t x = 0; x < width_; ++x) {
    const Cell& drawn = cells_[row * width_ + x];
    const std::string_view character = characterOf(drawn);
    const bool blank = character == " ";
    if (colours && !blank && drawn.ink != ink) text += escapeOf(ink = drawn.ink);
    text += character;
    if (!blank) end = text.size();
  }
  text.resize(end);
  return ink == Ink::kPlain ? text : text.append(escapeOf(Ink::kPlain));
}

std::string Canvas::toText(bool colours) const {
  std::string text;
  for (std::size_t row = 0; row * width_ < cells_.size(); ++row) {
    text += rowText(row, colours) + "\n";
  }
  return text;
}

}  // namespace poetry::simulator
