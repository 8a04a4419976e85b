#include "workbench/simulator/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "workbench/simulator/svg_style.h"

namespace poetry::simulator {

namespace {

// In pixels.
constexpr double kMargin = 20;
constexpr double kBetweenRuns = 72;
constexpr double kGap = 36;     // between the two chains
constexpr double kLineAt = 62;  // where in a box the line comes in
constexpr double kLeastBox = 180;
constexpr double kMostBox = 340;
constexpr double kBoxHeight = 36;
constexpr double kPairHeight = 84;
constexpr double kChainsTop = 66;  // below title and headings
constexpr double kPillHeight = 28;
constexpr double kFirstBox = kChainsTop + kPillHeight + 36;
constexpr double kLetter = 7.9;  // the width of one, in a monospaced font of 13 pixels
constexpr double kArrow = 10;
constexpr double kCrossing = 20;  // how far below a box the line turns to the other chain
constexpr double kTurn = 14;      // the radius of that turn

template <typename... Arguments>
void add(std::string& svg, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  svg += fmt::format(format, std::forward<Arguments>(arguments)...);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

double widthOf(const std::string& words) {
  return kLetter * static_cast<double>(countCharacters(words));
}

// As much of the words as fits into `width` pixels.
std::string fittedTo(double width, const std::string& words) {
  return escaped(fitted(words, static_cast<std::size_t>(std::max(width, 0.0) / kLetter)));
}

double boxWidthFor(const Script& script, const std::vector<Run>& runs) {
  double width = kLeastBox;
  for (const Pair& pair : script.pairs) {
    for (const Action& action : {pair.callback, pair.errback}) {
      width = std::max(width, widthOf(toText(action)) + 32);
    }
  }
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.given.size(); ++i) {
      width = std::max(width, widthOf(labelOf(script, run, i)) + kLineAt + 14);
    }
  }
  return std::min(width, kMostBox);
}

std::string_view classOf(const Outcome& outcome) {
  return outcome.failed ? "error" : "value";
}

// One run, in coordinates of its own.
class RunPicture {
 public:
  RunPicture(const Script& script, const Run& run, double boxWidth)
      : script_(script), run_(run), boxWidth_(boxWidth) {}

  std::string draw() {
    addHeadings();
    addChains();
    addPill(run_.firedWith, kChainsTop);
    addWay(run_.firedWith, run_.firedWith, kFirstBox - 36, kFirstBox);
    for (std::size_t i = 0; i < script_.pairs.size(); ++i) {
      addBox(i, false);
      addBox(i, true);
      if (i < run_.given.size()) addWayOn(i);
    }
    addEnd();
    return svg_;
  }

 private:
  double leftOf(bool errors) const { return errors ? boxWidth_ + kGap : 0; }
  double lineOf(bool errors) const { return leftOf(errors) + kLineAt; }
  double end() const { return kFirstBox + kPairHeight * static_cast<double>(script_.pairs.size()); }

  static double topOf(std::size_t pair) {
    return kFirstBox + kPairHeight * static_cast<double>(pair);
  }

  void addHeadings() {
    const double width = 2 * boxWidth_ + kGap;
    add(svg_, "<text class=\"title\" y=\"17\">{}</text>\n", fittedTo(0.8 * width, startOf(run_)));
    add(svg_, "<text class=\"quiet\" y=\"50\">callbacks</text>\n");
    add(svg_, "<text class=\"quiet\" x=\"{}\" y=\"50\">errbacks</text>\n", leftOf(true));
  }

  void addChains() {
    for (const bool errors : {false, true}) {
      add(svg_, "<path class=\"chain\" d=\"M{} {}V{}\"/>\n", lineOf(errors), kChainsTop, end());
    }
  }

  double widthOfPill(const Outcome& outcome) const {
    return std::min(widthOf(quoted(outcome.text)) + 28, boxWidth_);
  }

  // On the line, but not farther left than the boxes.
  double centreOfPill(const Outcome& outcome) const {
    return std::max(lineOf(outcome.failed), leftOf(outcome.failed) + widthOfPill(outcome) / 2);
  }

  // A value or an error at the start or the end of its way.
  void addPill(const Outcome& outcome, double top) {
    const double width = widthOfPill(outcome);
    const double centre = centreOfPill(outcome);
    add(svg_, "<rect class=\"solid {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"14\"/>\n",
        classOf(outcome), centre - width / 2, top, width, kPillHeight);
    add(svg_, "<text class=\"code strong inverse middle\" x=\"{}\" y=\"{}\">{}</text>\n", centre,
        top + 18.5, fittedTo(width - 20, quoted(outcome.text)));
  }

  void addBox(std::size_t index, bool errback) {
    const bool called = index < run_.given.size() && run_.given[index].failed == errback;
    const Pair& pair = script_.pairs[index];
    const std::string words = toText(errback ? pair.errback : pair.callback);
    add(svg_, "<rect class=\"box {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
        called ? fmt::format("called {}", classOf(run_.given[index])) : "page chain",
        leftOf(errback), topOf(index), boxWidth_, kBoxHeight);
    add(svg_, "<text class=\"code {}\" x=\"{}\" y=\"{}\">{}</text>\n", called ? "strong" : "quiet",
        leftOf(errback) + 14, topOf(index) + 22.5, fittedTo(boxWidth_ - 24, words));
  }

  void addWayOn(std::size_t index) {
    const Outcome& from = run_.given[index];
    const double top = topOf(index) + kBoxHeight;
    const double bottom = topOf(index + 1);
    const std::string label = labelOf(script_, run_, index);
    const std::optional<Outcome> result = resultOf(run_, index);
    if (!result) {
      addWait(from, top, bottom - 14);
      return addLabelBeside(from, (top + bottom) / 2, label);
    }
    addWay(from, *result, top, bottom);
    // What the pill at the end says need not be said twice.
    if (index + 1 == script_.pairs.size() && label == quoted(result->text)) return;
    if (from.failed == result->failed) {
      addLabelBeside(*result, (top + bottom) / 2, label);
    } else {
      addLabelOn(*result, top + kCrossing, label);
    }
  }

  // Straight down, or over to the other chain.
  void addWay(const Outcome& from, const Outcome& to, double top, double bottom) {
    const double start = lineOf(from.failed);
    const double stop = lineOf(to.failed);
    add(svg_, "<path class=\"path {}\" d=\"M{} {}", classOf(to), start, top);
    if (start != stop) {
      const double turn = stop > start ? kTurn : -kTurn;
      const double middle = top + kCrossing;
      add(svg_, "V{}q0 {} {} {}H{}q{} 0 {} {}", middle - kTurn, kTurn, turn, kTurn, stop - turn,
          turn, turn, kTurn);
    }
    add(svg_, "V{}\"/>\n<path class=\"solid {}\" d=\"M{} {}l-7 -{}h14z\"/>\n", bottom - kArrow,
        classOf(to), stop, bottom - 1, kArrow);
  }

  void addWait(const Outcome& given, double top, double bottom) {
    add(svg_, "<path class=\"path wait {}\" d=\"M{} {}V{}\"/>\n", classOf(given),
        lineOf(given.failed), top, bottom);
  }

  void addLabelBeside(const Outcome& outcome, double middle, const std::string& label) {
    const double left = lineOf(outcome.failed) + 14;
    const double room = leftOf(outcome.failed) + boxWidth_ - left;
    add(svg_, "<text class=\"code strong {}\" x=\"{}\" y=\"{}\">{}</text>\n", classOf(outcome),
        left, middle + 4, fittedTo(room, label));
  }

  // On the line between the chains, which makes room for it.
  void addLabelOn(const Outcome& outcome, double middle, const std::string& label) {
    const double centre = (lineOf(false) + lineOf(true)) / 2;
    const double width = std::min(widthOf(label), boxWidth_ - kLineAt) + 12;
    add(svg_, "<rect class=\"page\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"8\"/>\n",
        centre - width / 2, middle - 4, width);
    add(svg_, "<text class=\"code strong middle {}\" x=\"{}\" y=\"{}\">{}</text>\n",
        classOf(outcome), centre, middle + 4, fittedTo(boxWidth_ - kLineAt, label));
  }

  void addEnd() {
    if (!run_.cameOut) return;
    addPill(*run_.cameOut, end());
    add(svg_, "<text class=\"quiet middle\" x=\"{}\" y=\"{}\">comes out{}</text>\n",
        centreOfPill(*run_.cameOut), end() + kPillHeight + 20, run_.unhandled ? ", unhandled" : "");
  }

  const Script& script_;
  const Run& run_;
  double boxWidth_;
  std::string svg_;
};

// The same in words, for screen readers.
std::string describe(const Script& script, const Run& run) {
  std::string words = startOf(run) + ". ";
  for (std::size_t i = 0; i < run.given.size(); ++i) {
    add(words, "{} {} ({}) gets {}. ", run.given[i].failed ? "Errback" : "Callback", i + 1,
        toText(calledOf(script.pairs[i], run.given[i])), quoted(run.given[i].text));
  }
  return words + endOf(script, run) + ". ";
}

}  // namespace

std::string drawSvg(const Script& script, const std::vector<Run>& runs) {
  const double boxWidth = boxWidthFor(script, runs);
  const double runWidth = 2 * boxWidth + kGap;
  const double width = 2 * (runWidth + kMargin) + kBetweenRuns;
  const double height = kFirstBox + kPairHeight * static_cast<double>(script.pairs.size()) +
                        kPillHeight + 28 + 2 * kMargin;
  std::string svg;
  add(svg, R"(<svg xmlns="http://www.w3.org/2000/svg" class="deferreds" role="img" )");
  add(svg, R"(viewBox="0 0 {0} {1}" width="{0}" height="{1}" )", width, height);
  add(svg, R"(font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, )"
           R"(sans-serif" style="max-width:100%;height:auto">)");
  add(svg, "\n<title>A Deferred, fired with a value and with an error</title>\n<desc>");
  for (const Run& run : runs) svg += escaped(describe(script, run));
  add(svg, "</desc>\n{}<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n", styleSheet());
  double left = kMargin;
  for (const Run& run : runs) {
    add(svg, "<g transform=\"translate({} {})\">\n{}</g>\n", left, kMargin,
        RunPicture(script, run, boxWidth).draw());
    left += runWidth + kBetweenRuns;
  }
  return svg + "</svg>\n";
}

}  // namespace poetry::simulator
