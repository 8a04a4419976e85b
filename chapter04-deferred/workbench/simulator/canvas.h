#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace poetry::simulator {

enum class Weight { kNone, kLight, kHeavy };

// How a cell looks where there are colours.
enum class Ink { kPlain, kQuiet, kTitle, kValue, kError };

// A place on the canvas: columns to the right, rows down.
struct Point {
  std::size_t x, y;
};

// What a line is drawn with.
struct Pen {
  Weight weight;
  Ink ink;
};

// Characters in rows and columns. Lines that meet make the right corner, whatever their weights;
// text lies over lines.
class Canvas {
 public:
  Canvas(std::size_t width, std::size_t height);

  // From the middle of one cell to the middle of another, straight across or straight down. What
  // is there and is heavier stays.
  void line(Point from, Point to, Pen pen);
  void box(Point topLeft, Point bottomRight, Pen pen);

  // What goes beyond the right edge is left out.
  void text(Point at, std::string_view words, Ink ink);

  // The rows, without blanks at their ends.
  std::string toText(bool colours) const;

 private:
  enum Arm : std::size_t { kUp, kRight, kDown, kLeft };

  struct Cell {
    std::array<Weight, 4> arms{};
    std::string character;  // if text lies here
    Ink ink = Ink::kPlain;
  };

  Cell& cell(Point at) { return cells_[at.y * width_ + at.x]; }
  void arm(Point at, Arm arm, Pen pen);
  static std::string_view characterOf(const Cell& cell);
  std::string rowText(std::size_t row, bool colours) const;

  std::size_t width_;
  std::vector<Cell> cells_;
};

}  // namespace poetry::simulator
