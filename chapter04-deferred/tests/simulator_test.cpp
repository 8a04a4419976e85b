// Tests of the simulator: what it reads, what the Deferreds did, and the drawings, to the letter.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "workbench/simulator/run.h"
#include "workbench/simulator/script.h"
#include "workbench/simulator/svg.h"
#include "workbench/simulator/text.h"
#include "workbench/simulator/words.h"

namespace poetry::simulator {

namespace {

using Kind = Action::Kind;

Script scriptOf(const std::vector<std::string>& lines) {
  Script script;
  for (const std::string& line : lines) {
    const Command command = parseLine(line);
    if (const Pair* pair = std::get_if<Pair>(&command)) script.add(*pair);
    if (const Firing* firing = std::get_if<Firing>(&command)) script.add(*firing);
  }
  return script;
}

// What is wrong with the last of the lines.
std::string complaint(const std::vector<std::string>& lines) {
  try {
    scriptOf(lines);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string draw(const std::vector<std::string>& lines, std::size_t width, bool colours = false) {
  const Script script = scriptOf(lines);
  return "\n" + drawText(script, simulateBoth(script), width, colours);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

const std::vector<std::string> kCrossing{"fail bad  pass", "pass  return saved"};

// ---- input --------------------------------------------------------------------------------------

TEST(SimulatorInput, IsAPair) {
  const Pair expected{{Kind::kReturn, "1"}, {Kind::kFail, "bad"}};
  EXPECT_EQ(std::get<Pair>(parseLine("return 1  fail bad")), expected);
  EXPECT_EQ(std::get<Pair>(parseLine("\treturn 1 fail 'bad' # so\r")), expected);
  const Pair other{{Kind::kPass, ""}, {Kind::kDefer, "a"}};
  EXPECT_EQ(std::get<Pair>(parseLine("pass defer a")), other);
}

TEST(SimulatorInput, TakesBlanksInQuotes) {
  const Pair pair = std::get<Pair>(parseLine("return \"it's so\" return '# \"1\"'"));
  EXPECT_EQ(pair.callback.word, "it's so");
  EXPECT_EQ(pair.errback.word, "# \"1\"");
  EXPECT_EQ(toText(pair.callback), "return \"it's so\"");
  EXPECT_EQ(toText(pair.errback), "return '# \"1\"'");
  EXPECT_EQ(toText({Kind::kReturn, ""}), "return \"\"");
}

TEST(SimulatorInput, IsACommand) {
  EXPECT_EQ(std::get<Order>(parseLine("undo")), Order::kUndo);
  EXPECT_EQ(std::get<Order>(parseLine("  # nothing but a comment")), Order::kNothing);
  EXPECT_EQ(std::get<Firing>(parseLine("fire a fail bad")), (Firing{"a", {Kind::kFail, "bad"}}));
}

TEST(SimulatorInput, IsToldWhereItIsWrong) {
  EXPECT_EQ(complaint({"retrun 1 pass"}),
            "column 1: 'retrun' is none of return, fail, pass, defer, and no command");
  EXPECT_EQ(complaint({"return 'ä ö' undo"}),
            "column 14: 'undo' is none of return, fail, pass, defer");
  EXPECT_EQ(complaint({"pass"}), "column 5: the errback is missing; pass will do");
  EXPECT_EQ(complaint({"pass fail"}), "column 10: fail needs an error");
  EXPECT_EQ(complaint({"pass pass pass"}), "column 11: the line should end before 'pass'");
  EXPECT_EQ(complaint({"pass return \"x"}), "column 13: this quote is not closed");
  EXPECT_EQ(complaint({"quit now"}), "column 6: the line should end before 'now'");
  EXPECT_EQ(complaint({"fire"}), "column 5: fire needs a name");
  EXPECT_EQ(complaint({"fire a"}), "column 7: fire it with what? return or fail");
  EXPECT_EQ(complaint({"fire a pass"}), "column 8: a Deferred is fired with return or fail");
}

TEST(SimulatorInput, MayNotHaveWhatCanNotBePrinted) {
  for (const std::string bad : {"\x1b", "\x7f", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xef\xbf\xbe",
                                "\xf5\x80\x80\x80", "\xc2\x85", "\xe2\x82"}) {
    EXPECT_EQ(complaint({"pass return ä" + bad}), "column 14: this is no printable text in UTF-8");
  }
  EXPECT_EQ(complaint({"pass return \xf0\x9f\x93\x9c"}), "");
}

TEST(SimulatorInput, NamesEachDeferredOnceAndFiresItOnce) {
  EXPECT_EQ(complaint({"defer a defer a", "fire a return 1"}), "");
  EXPECT_EQ(complaint({"defer a pass", "pass defer a"}),
            "another pair returns 'a': take a new name");
  EXPECT_EQ(complaint({"defer a pass", "fire b return 1"}), "no pair returns a Deferred named 'b'");
  EXPECT_EQ(complaint({"defer a pass", "fire a return 1", "fire a return 2"}),
            "'a' has fired already");
}

// ---- runs ---------------------------------------------------------------------------------------

const Outcome kValue{false, "v"};
const Outcome kError{true, "e"};

TEST(SimulatorRun, GoesDownTheCallbacks) {
  const auto run = simulate(scriptOf({"return 1 fail a", "pass fail b"}), kValue);
  EXPECT_EQ(run.given, (std::vector<Outcome>{kValue, {false, "1"}}));
  EXPECT_EQ(run.cameOut, (Outcome{false, "1"}));
  EXPECT_FALSE(run.unhandled);
}

TEST(SimulatorRun, CrossesOver) {
  const Script script = scriptOf(kCrossing);
  const auto value = simulate(script, kValue);
  EXPECT_EQ(value.given, (std::vector<Outcome>{kValue, {true, "bad"}}));
  EXPECT_EQ(value.cameOut, (Outcome{false, "saved"}));
  const auto error = simulate(script, kError);
  EXPECT_EQ(error.given, (std::vector<Outcome>{kError, kError}));
  EXPECT_EQ(error.cameOut, (Outcome{false, "saved"}));
}

TEST(SimulatorRun, HearsOfAnUnhandledError) {
  const auto run = simulate(scriptOf({"pass pass"}), kError);
  EXPECT_EQ(run.cameOut, kError);
  EXPECT_TRUE(run.unhandled);
  EXPECT_TRUE(simulate({}, kError).unhandled);
}

TEST(SimulatorRun, Waits) {
  const Script script = scriptOf({"defer a pass", "return 1 pass"});
  const auto run = simulate(script, kValue);
  EXPECT_EQ(run.given, std::vector<Outcome>{kValue});
  EXPECT_EQ(run.cameOut, std::nullopt);
  EXPECT_EQ(waitsFor(script, run), "a");
  EXPECT_TRUE(simulate(script, kError).cameOut.has_value());
}

TEST(SimulatorRun, GoesOnWhenWhatItWaitsForFires) {
  const Script script =
      scriptOf({"defer a pass", "defer b pass", "fire b fail bad", "fire a return 1"});
  const auto run = simulate(script, kValue);
  EXPECT_EQ(run.given, (std::vector<Outcome>{kValue, {false, "1"}}));
  EXPECT_EQ(run.cameOut, (Outcome{true, "bad"}));
  EXPECT_EQ(labelOf(script, run, 0), "1 from a");
  // What is not waited for in this run is no error of this run.
  EXPECT_FALSE(simulate(scriptOf({"defer a return 1", "fire a fail bad"}), kError).unhandled);
}

// ---- drawings -----------------------------------------------------------------------------------

TEST(SimulatorText, IsOneAboveTheOtherIfNarrow) {
  EXPECT_EQ(draw(kCrossing, 40), R"(
Fired with a value: poem
  callbacks          errbacks
   ┃ poem             │
┏━━┻━━━━━━━━━━━┓   ┌──┴───────────┐
┃ fail bad     ┃   │ pass         │
┗━━┳━━━━━━━━━━━┛   └──┬───────────┘
   ┡━━━━━━ bad ━━━━━━━┪
┌──┴───────────┐   ┏━━┻━━━━━━━━━━━┓
│ pass         │   ┃ return saved ┃
└──┬───────────┘   ┗━━┳━━━━━━━━━━━┛
   ┢━━━━━ saved ━━━━━━┩
   ▼                  ╵
Result: saved

Fired with an error: lost
  callbacks          errbacks
   │                  ┃ lost
┌──┴───────────┐   ┏━━┻━━━━━━━━━━━┓
│ fail bad     │   ┃ pass         ┃
└──┬───────────┘   ┗━━┳━━━━━━━━━━━┛
   │                  ┃ lost
┌──┴───────────┐   ┏━━┻━━━━━━━━━━━┓
│ pass         │   ┃ return saved ┃
└──┬───────────┘   ┗━━┳━━━━━━━━━━━┛
   ┢━━━━━ saved ━━━━━━┩
   ▼                  ╵
Result: saved
)");
}

TEST(SimulatorText, IsSideBySideIfWide) {
  EXPECT_EQ(draw({"defer nap pass"}, 80), R"(
Fired with a value: poem                 Fired with an error: lost
  callbacks          errbacks              callbacks          errbacks
   ┃ poem             │                     │                  ┃ lost
┏━━┻━━━━━━━━━━━┓   ┌──┴───────────┐      ┌──┴───────────┐   ┏━━┻━━━━━━━━━━━┓
┃ defer nap    ┃   │ pass         │      │ defer nap    │   ┃ pass         ┃
┗━━┳━━━━━━━━━━━┛   └──┬───────────┘      └──┬───────────┘   ┗━━┳━━━━━━━━━━━┛
   ┋ waits for nap    │                     │                  ┃ lost
   ╵                  ╵                     ╵                  ▼
Waits for nap                            Unhandled error: lost
)");
}

TEST(SimulatorText, CutsWhatDoesNotFit) {
  EXPECT_EQ(draw({"return 'an überlong value' pass", "defer other pass", "fire other fail x"}, 30),
            R"(
Fired with a value: poem
  callbacks       errbacks
   ┃ poem          │
┏━━┻━━━━━━━━┓   ┌──┴────────┐
┃ return "… ┃   │ pass      │
┗━━┳━━━━━━━━┛   └──┬────────┘
   ┃ "an überlong… │
┏━━┻━━━━━━━━┓   ┌──┴────────┐
┃ defer ot… ┃   │ pass      │
┗━━┳━━━━━━━━┛   └──┬────────┘
   ┡━ x from oth… ━┪
   ╵               ▼
Unhandled error: x

Fired with an error: lost
  callbacks       errbacks
   │               ┃ lost
┌──┴────────┐   ┏━━┻━━━━━━━━┓
│ return "… │   ┃ pass      ┃
└──┬────────┘   ┗━━┳━━━━━━━━┛
   │               ┃ lost
┌──┴────────┐   ┏━━┻━━━━━━━━┓
│ defer ot… │   ┃ pass      ┃
└──┬────────┘   ┗━━┳━━━━━━━━┛
   │               ┃ lost
   ╵               ▼
Unhandled error: lost
)");
}

TEST(SimulatorText, NeverExceedsItsWidth) {
  const std::vector<std::string> lines{
      "return 'a value that is rather long, as values go' fail 'x'",
      "defer 'a long name, too' pass"};
  for (std::size_t width = kLeastWidth; width < 220; ++width) {
    for (const std::string& row : poetry::testing::linesOf(draw(lines, width))) {
      EXPECT_LE(countCharacters(row), width) << row;
    }
  }
}

TEST(SimulatorText, IsColouredOnRequest) {
  EXPECT_FALSE(has(draw(kCrossing, 80), "\033"));
  EXPECT_TRUE(has(draw(kCrossing, 80, true), "\033[0;1;32m┃ poem"));
  EXPECT_TRUE(has(draw(kCrossing, 80, true), "\033[0;1;31m┡━"));
}

// Says whether elements nest and there is one root.
bool isWellFormed(std::string_view xml) {
  std::vector<std::string_view> open;
  int roots = 0;
  for (std::size_t at = 0; (at = xml.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = xml.find_first_of("<>", at + 1);
    if (end == std::string_view::npos || xml[end] != '>') return false;
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    const std::string_view name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n") - 0);
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      if (open.empty()) ++roots;
      open.push_back(name);
    }
    at = end;
  }
  return open.empty() && roots == 1;
}

std::string svgOf(const std::vector<std::string>& lines) {
  const Script script = scriptOf(lines);
  return drawSvg(script, simulateBoth(script));
}

TEST(SimulatorSvg, IsWellFormed) {
  EXPECT_TRUE(isWellFormed(svgOf({})));
  EXPECT_TRUE(
      isWellFormed(svgOf({"return '<b>&' fail ']]>'", "defer a pass", "pass return '\"'"})));
}

TEST(SimulatorSvg, HasTheTextAsTextAndIsDescribed) {
  const std::string svg = svgOf({"return '<b> & \"' pass"});
  EXPECT_TRUE(has(svg, ">return '&lt;b&gt; &amp; \"'</text>"));
  EXPECT_TRUE(has(svg, "<title>A Deferred, fired with a value and with an error</title>"));
  EXPECT_TRUE(has(svg, "Errback 1 (pass) gets lost. Unhandled error: lost."));
}

TEST(SimulatorSvg, DrawsThePathTaken) {
  const std::string svg = svgOf(kCrossing);
  EXPECT_TRUE(
      has(svg, "<path class=\"path error\" d=\"M62 166V172q0 14 14 14H264q14 0 14 14V204\"/>"));
  EXPECT_FALSE(has(svg, "path wait"));
  EXPECT_TRUE(has(svgOf({"pass defer a"}), "path wait error"));
}

// ---- the program --------------------------------------------------------------------------------

class SimulatorProgram : public ::testing::Test {
 protected:
  poetry::testing::Outcome run(const std::string& input, std::vector<std::string> options = {}) {
    std::ofstream(folder_ / "input") << input;
    options.insert(options.begin(), {LAB_PROGRAMS "/deferred-simulator", folder_ / "input"});
    return poetry::testing::run(options);
  }

  poetry::testing::TemporaryFolder folder_;
};

TEST_F(SimulatorProgram, DrawsOnceAtTheEnd) {
  const auto outcome = run("pass pass\npass pass\nundo\n\nquit\nnonsense", {"--width", "40"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ("\n" + outcome.out, draw({"pass pass"}, 40));
}

TEST_F(SimulatorProgram, DrawsOnRequest) {
  const auto outcome = run("pass pass\ndraw\nclear\ndraw", {"--width", "40"});
  EXPECT_EQ("\n" + outcome.out, draw({"pass pass"}, 40) + draw({}, 40).substr(1));
}

TEST_F(SimulatorProgram, WritesThePicture) {
  const auto outcome = run("fail bad pass\npass return saved", {"--svg", folder_ / "out.svg"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(poetry::testing::contentsOf(folder_ / "out.svg"), svgOf(kCrossing));
}

TEST_F(SimulatorProgram, NamesTheLineThatIsWrong) {
  const auto outcome = run("pass pass\npass");
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(has(outcome.err, "input, line 2: column 5: the errback is missing"));
}

TEST_F(SimulatorProgram, FailsInOneLine) {
  EXPECT_EQ(run("undo").exitCode, 2);
  EXPECT_EQ(run("", {"--width", "9"}).exitCode, 2);
  EXPECT_EQ(run("", {"another file"}).exitCode, 2);
  EXPECT_EQ(run("", {"--svg", folder_ / "no/where.svg"}).exitCode, 1);
  const auto missing = poetry::testing::run({LAB_PROGRAMS "/deferred-simulator", folder_ / "none"});
  EXPECT_EQ(missing.exitCode, 1);
  EXPECT_EQ(poetry::testing::linesOf(missing.err).size(), 1U);
}

}  // namespace
}  // namespace poetry::simulator
