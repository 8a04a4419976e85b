#include "workbench/simulator/text.h"

#include <algorithm>

#include "workbench/simulator/canvas.h"

namespace poetry::simulator {

namespace {

// In columns and rows.
constexpr std::size_t kLineColumn = 3;  // where in a box the line comes in
constexpr std::size_t kColumnGap = 3;   // between the two chains
constexpr std::size_t kRunGap = 6;
constexpr std::size_t kLeastWidth = 16;
constexpr std::size_t kWide = 100;  // from here on runs stand side by side, even if that cuts text
constexpr std::size_t kFirstRow = 3;  // below title, headings and the first piece of line
constexpr std::size_t kPairRows = 4;

constexpr Pen kUnused{Weight::kLight, Ink::kQuiet};

std::size_t heightOf(const Script& script) {
  return kFirstRow + kPairRows * script.pairs.size() + 2;
}

// How wide a box must be for the label below it to have room. Beside the line on the right it has
// as much as the box itself has; else the gap between the chains is there, too.
std::size_t boxWidthForLabel(const Script& script, const Run& run, std::size_t pair) {
  const std::optional<Outcome> result = resultOf(run, pair);
  const bool onTheRight = run.given[pair].failed && (!result || result->failed);
  return countCharacters(labelOf(script, run, pair)) + 2 + (onTheRight ? kLineColumn : 0);
}

// As wide as it takes to write everything in full.
std::size_t boxColumnsFor(const Script& script, const std::vector<Run>& runs) {
  std::size_t width = kLeastWidth;
  for (const Pair& pair : script.pairs) {
    for (const Action& action : {pair.callback, pair.errback}) {
      width = std::max(width, countCharacters(toText(action)) + 4);
    }
  }
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.given.size(); ++i) {
      width = std::max(width, boxWidthForLabel(script, run, i));
    }
  }
  return width;
}

Ink inkOf(const Outcome& outcome) {
  return outcome.failed ? Ink::kError : Ink::kValue;
}

// Where a run is drawn.
struct Area {
  std::size_t left, top, width;
};

class RunDrawing {
 public:
  RunDrawing(Canvas& canvas, const Script& script, const Run& run, std::size_t boxWidth, Area area)
      : canvas_(canvas), script_(script), run_(run), boxWidth_(boxWidth), area_(area) {}

  void draw() {
    drawChains();
    drawStraight(run_.firedWith, kFirstRow - 1, quoted(run_.firedWith.text));
    for (std::size_t i = 0; i < script_.pairs.size(); ++i) {
      drawBox(i, false);
      drawBox(i, true);
      if (i < run_.given.size()) drawWayOn(i);
    }
    drawWords();
  }

 private:
  std::size_t rightChain() const { return boxWidth_ + kColumnGap; }
  Point at(std::size_t x, std::size_t y) const { return {area_.left + x, area_.top + y}; }
  std::size_t lineOf(bool errors) const { return kLineColumn + (errors ? rightChain() : 0); }
  std::size_t bottom() const { return kFirstRow - 1 + kPairRows * script_.pairs.size(); }

  void vertical(bool errors, std::size_t from, std::size_t to, Pen pen) {
    canvas_.line(at(lineOf(errors), from), at(lineOf(errors), to), pen);
  }

  // The pieces of line above, between and below the boxes.
  void drawChains() {
    for (std::size_t row = kFirstRow - 1; row <= bottom(); row += kPairRows) {
      for (const bool errors : {false, true}) vertical(errors, row - 1, row + 1, kUnused);
    }
  }

  void drawBox(std::size_t index, bool errback) {
    const std::size_t top = kFirstRow + kPairRows * index;
    const std::size_t left = errback ? rightChain() : 0;
    const bool called = index < run_.given.size() && run_.given[index].failed == errback;
    const Pen pen = called ? Pen{Weight::kHeavy, inkOf(run_.given[index])} : kUnused;
    canvas_.box(at(left, top), at(left + boxWidth_ - 1, top + 2), pen);
    const Pair& pair = script_.pairs[index];
    const std::string words = toText(errback ? pair.errback : pair.callback);
    canvas_.text(at(left + 2, top + 1), fitted(words, boxWidth_ - 4),
                 called ? pen.ink : Ink::kPlain);
  }

  void drawWayOn(std::size_t index) {
    const std::size_t row = kFirstRow + kPairRows * index + 3;
    const bool from = run_.given[index].failed;
    const std::string label = labelOf(script_, run_, index);
    const std::optional<Outcome> result = resultOf(run_, index);
    if (!result) return drawWait(run_.given[index], row, label);
    if (result->failed == from) return drawStraight(*result, row, label);
    drawCrossing(run_.given[index], *result, row, label);
  }

  void drawStraight(const Outcome& outcome, std::size_t row, const std::string& label) {
    vertical(outcome.failed, row - 1, row + 1, {Weight::kHeavy, inkOf(outcome)});
    drawLabel(outcome, row, label);
  }

  void drawLabel(const Outcome& outcome, std::size_t row, const std::string& label) {
    const std::size_t left = lineOf(outcome.failed) + 2;
    const std::size_t end = outcome.failed ? rightChain() + boxWidth_ : lineOf(true) - 1;
    canvas_.text(at(left, row), fitted(label, end - left), inkOf(outcome));
  }

  void drawCrossing(const Outcome& from, const Outcome& to, std::size_t row,
                    const std::string& label) {
    const Pen pen{Weight::kHeavy, inkOf(to)};
    vertical(from.failed, row - 1, row, pen);
    canvas_.line(at(lineOf(from.failed), row), at(lineOf(to.failed), row), pen);
    vertical(to.failed, row, row + 1, pen);
    const std::string words = " " + fitted(label, rightChain() - 5) + " ";
    const std::size_t left = kLineColumn + 1 + (rightChain() - 1 - countCharacters(words)) / 2;
    canvas_.text(at(left, row), words, pen.ink);
  }

  void drawWait(const Outcome& given, std::size_t row, const std::string& label) {
    vertical(given.failed, row - 1, row, {Weight::kHeavy, inkOf(given)});
    canvas_.text(at(lineOf(given.failed), row), "┋", inkOf(given));
    drawLabel(given, row, label);
  }

  // Above and below the chains.
  void drawWords() {
    canvas_.text(at(0, 0), fitted(startOf(run_), area_.width), Ink::kTitle);
    canvas_.text(at(2, 1), "callbacks", Ink::kPlain);
    canvas_.text(at(rightChain() + 2, 1), "errbacks", Ink::kPlain);
    const Ink ink = run_.cameOut ? inkOf(*run_.cameOut) : Ink::kTitle;
    if (run_.cameOut) canvas_.text(at(lineOf(run_.cameOut->failed), bottom() + 1), "▼", ink);
    canvas_.text(at(0, bottom() + 2), fitted(endOf(script_, run_), area_.width), ink);
  }

  Canvas& canvas_;
  const Script& script_;
  const Run& run_;
  std::size_t boxWidth_;
  Area area_;
};

}  // namespace

std::string drawText(const Script& script, const std::vector<Run>& runs, std::size_t width,
                     bool colours) {
  const std::size_t wanted = boxColumnsFor(script, runs);
  const std::size_t half = (width - kRunGap) / 2;
  const bool sideBySide = width >= kWide || 2 * wanted + kColumnGap <= half;
  const std::size_t box = std::min(wanted, ((sideBySide ? half : width) - kColumnGap) / 2);
  const std::size_t right = sideBySide ? 2 * box + kColumnGap + kRunGap : 0;
  const std::size_t below = sideBySide ? 0 : heightOf(script) + 1;

  Canvas canvas(width, below + heightOf(script));
  const std::size_t leftWidth = sideBySide ? right - 2 : width;
  RunDrawing(canvas, script, runs[0], box, {0, 0, leftWidth}).draw();
  RunDrawing(canvas, script, runs[1], box, {right, below, width - right}).draw();
  return canvas.toText(colours);
}

}  // namespace poetry::simulator
