// Tests of what the timeline draws, and of the program as it is called.

#include "tools/timeline/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "tools/timeline/test_support.h"

namespace poetry::timeline {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

// What another XML parser says about it: elements nest, attributes are quoted, there is one root,
// and all is UTF-8 and none of it a control character.
bool isWellFormed(const std::string& xml) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "page.xml") << xml;
  const std::string parse = "import sys, xml.etree.ElementTree as xml; xml.parse(sys.argv[1])";
  return testing::run({"/usr/bin/env", "python3", "-c", parse, folder / "page.xml"}).exitCode == 0;
}

std::size_t countOf(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

std::vector<Bar> barsOfKind(const Lane& lane, SpanKind kind) {
  std::vector<Bar> bars = barsOf(lane, Scale{0, 10}).bars;
  std::erase_if(bars, [&](const Bar& bar) { return bar.kind != kind; });
  return bars;
}

// A lane of ten seconds (a hundred pixels) that waits and, `works` times, works for a moment.
Lane waitingLane(int works, double moment) {
  RecordingText text;
  const double pause = 10.0 / works;
  for (int i = 0; i < works; ++i)
    text.span(1, "waiting", i * pause, (i + 1) * pause - moment)
        .span(1, "handling", (i + 1) * pause - moment, (i + 1) * pause);
  return text.parse().tasks.at(0);
}

Recording manyTasks(int count) {
  RecordingText text("many");
  for (int lane = 1; lane <= count; ++lane) text.mark(lane, "read", 2, 10).poem(lane, 0, 5, 10);
  return text.parse();
}

Recording hostile() {
  const std::string name = R"(<script>alert('x')</script> & \"]]> \u0000\u001b \uffff)";
  RecordingText text(name);
  text.name(1, name).span(1, name, 0, 1).mark(1, name, 1, 5).failed(1, name + "\xC3\x28\xFF", 2);
  return text.name(2, "\xED\xA0\x80 \xF5").begin(2, "waiting", 0).parse();
}

TEST(IsWellFormed, TellsGoodFromBad) {
  EXPECT_TRUE(isWellFormed("<a b=\"&lt;\"><c/>text</a>\n"));
  for (const char* bad :
       {"<a><b></a></b>", "<a>", "<a/><a/>", "<a b=c/>", "<a>&</a>", "<a>\xFF</a>"})
    EXPECT_FALSE(isWellFormed(bad)) << bad;
}

TEST(Bars, EveryMomentOfWorkIsATickOnOneWaitWhereThereIsRoom) {
  const Lane lane = waitingLane(20, 0.001);
  const std::vector<Bar> ticks = barsOfKind(lane, SpanKind::kHandling);
  EXPECT_EQ(ticks.size(), 20u);
  for (const Bar& tick : ticks) EXPECT_GE(tick.width, kTickWidth);
  EXPECT_EQ(barsOfKind(lane, SpanKind::kWaiting).size(), 1u);
}

TEST(Bars, TicksThatWouldTouchBecomeTheShareOfWork) {
  const Lane lane = waitingLane(1000, 0.005);
  EXPECT_TRUE(barsOf(lane, Scale{0, 10}).merged);
  const std::vector<Bar> bars = barsOfKind(lane, SpanKind::kHandling);
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_NEAR(bars[0].height, 0.5, 1e-9);
}

TEST(Bars, LieWhereTheirTimeIsAndAMarkOutsideAnySpanIsATick) {
  RecordingText text;
  text.span(1, "waiting", 0, 1).span(2, "waiting", 2, 4).mark(2, "read", 5, 1);
  const Lane lane = text.parse().tasks.at(1);
  const std::vector<Bar> waits = barsOfKind(lane, SpanKind::kWaiting);
  const std::vector<Bar> ticks = barsOfKind(lane, SpanKind::kHandling);
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_NEAR(waits[0].x, 20, 1e-6);
  EXPECT_NEAR(waits[0].width, 20, 1e-6);
  ASSERT_EQ(ticks.size(), 1u);
  EXPECT_NEAR(ticks[0].x, 50, 1e-6);
}

TEST(Page, IsWellFormedForEveryKindOfRecordingAndEscapesHostileNames) {
  const std::vector<Recording> recordings{threeInARow(), threeAtOnce(), hostile(), manyTasks(200),
                                          RecordingText().mark(1, "read", 0, 1).parse()};
  const std::string title = "A & B <title>";
  for (const std::string& page : {svgPage(recordings, title), htmlPage(recordings, title)}) {
    EXPECT_TRUE(isWellFormed(page));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  }
}

TEST(Page, NeedsNothingFromElsewhere) {
  const std::string page = htmlPage({threeInARow()}, "t");
  EXPECT_EQ(countOf(page, "://"), countOf(page, "xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(page, Not(ContainsRegex("src=|<link|@import")));
}

TEST(Page, TellsScreenReadersWhatTheDrawingShows) {
  const std::string page = svgPage({threeInARow()}, "Three poems");
  EXPECT_THAT(page, HasSubstr("role=\"img\""));
  EXPECT_THAT(page, HasSubstr("<title>Three poems</title>"));
  EXPECT_THAT(page, ContainsRegex("<desc>.* blocking, chapter02-select/get-poetry, 3 tasks. Total "
                                  "23.07 s. Sum of delays 23.07 s.*</desc>"));
  EXPECT_THAT(page, Not(HasSubstr("fill=\"url(#timeline-other)")));  // nothing of that kind in it
}

TEST(Page, DrawsAllPanelsToOneScale) {
  const std::string page = svgPage({threeInARow(), threeAtOnce()}, "t");
  // The longest poem takes equally many pixels, whether the run ends with it or goes on.
  EXPECT_EQ(countOf(page, "h241.5v16h-241.5z"), 3u);
}

TEST(Page, ShowsWhatARecordingSays) {
  struct Case {
    RecordingText text;
    std::vector<std::string> shown;
  };
  const std::string timedOut = "recv from 127.0.0.1:10001: timed out";
  const std::vector<Case> cases{
      // a run that took no time
      {RecordingText().mark(1, "done", 0, 0), {">0 bytes, 0.00 s</text>"}},
      // how each lane ended
      {RecordingText().mark(1, "read", 0, 1).mark(1, "done", 2, 3003), {">3003 bytes, 2.00 s<"}},
      {RecordingText().begin(2, "waiting", 0).name(3, "x"),
       {">cut short<", ">never started<", "1 task cut short."}},
      // a failure, in red; the cause of one where room is short, with the rest as a tooltip
      {RecordingText().mark(2, "done", 9, 1).failed(1, "connect [::1]:1: Connection refused", 1),
       {R"(fill="#b00020" paint-order="stroke" stroke="#fff" stroke-width="4">failed: connect )"
        "[::1]:1: Connection refused<",
        "1 task failed."}},
      {RecordingText().begin(1, "waiting", 0).failed(1, timedOut, 1),
       {">failed: timed out<title>failed after 1.00 s: " + timedOut + "</title>"}},
      // bytes and time of every read
      {RecordingText().mark(1, "read", 0, 30).mark(1, "read", 1.5, 1),
       {"<title>read 30 bytes at 0.000 s</title>", "<title>read 1 byte at 1.500 s</title>"}},
      // shares of the loop's time, or without a loop of all tasks
      {RecordingText().span(0, "waiting", 0, 3).span(0, "handling", 3, 4).poem(1, 0, 2, 1),
       {">Loop: waiting 75.0 %, working 25.0 %.<"}},
      {RecordingText().poem(1, 0, 6, 1).span(2, "handling", 4, 6),
       {">Tasks: waiting 75.0 %, working 25.0 %. "}},
      // spans that there is no pattern for
      {RecordingText().span(1, "resolving", 0, 1),
       {">resolving</text>", "fill=\"url(#timeline-other)"}}};
  for (const Case& each : cases) {
    const std::string page = svgPage({each.text.parse()}, "t");
    for (const std::string& shown : each.shown) EXPECT_THAT(page, HasSubstr(shown));
    EXPECT_THAT(page, Not(ContainsRegex("nan|inf")));
  }
}

TEST(Page, DrawsFortyOfTenThousandTasksAndCountsAll) {
  const std::string page = svgPage({manyTasks(10'000)}, "t");
  EXPECT_EQ(countOf(page, ">10 bytes, 5.00 s</text>"), 40u);
  EXPECT_THAT(page, HasSubstr("9960 tasks not drawn; the totals cover all 10000."));
  EXPECT_THAT(page, HasSubstr("Sum of delays 50000.00 s"));
}

TEST(Page, StaysSmallWithAMillionSpans) {
  Recording recording;
  recording.seconds = 1000;
  recording.names = {"span"};
  recording.tasks.resize(40);
  for (Lane& lane : recording.tasks) {
    lane.end = recording.seconds;
    for (int i = 0; i < 25'000; ++i)
      lane.spans.push_back({static_cast<SpanKind>(i * i % 11 % 4), 0, i * 0.04, (i + 1) * 0.04});
  }
  const std::string page = svgPage({recording}, "t");
  EXPECT_LT(page.size(), 400'000u);
  EXPECT_TRUE(isWellFormed(page));
}

// LAB_PROGRAMS is where the program is.
TEST(Program, DoesAsToldOrSaysInOneLineWhatIsWrong) {
  const testing::TemporaryFolder folder;
  const std::string good = folder / "good.json";
  const std::string bad = folder / "bad.json";
  const std::string svg = folder / "page.svg";
  const std::string html = folder / "page.html";
  const std::string unwritten = folder / "unwritten.svg";
  const std::string nowhere = folder / "no/page.svg";
  std::ofstream(good) << RecordingText().mark(1, "done", 0, 5).text();
  std::ofstream(bad) << "{";
  struct Case {
    std::string arguments;  // as a shell reads them
    int exitCode;
    std::string said;
  };
  const std::vector<Case> cases{
      {good, 0, "model "},
      {good + " --output " + svg, 0, "model "},
      {good + " --title 'One & all' --output " + html, 0, "model "},
      {"--help", 0, "build/tools/timeline build/demo/*.json --output build/demo/index.html"},
      {good + " " + bad + " --output " + unwritten, 1, bad + ": parse error"},
      {good + " --output " + nowhere, 1, "write " + nowhere + ": No such file or directory\n"},
      {"", 2, "RECORDING"},
      {"--no-such-option x", 2, "--no-such-option"},
      {good + " --output page.png", 2, "must end in .svg or .html: page.png"}};
  for (const auto& [arguments, exitCode, said] : cases) {
    const auto outcome = testing::run({"/bin/sh", "-c", LAB_PROGRAMS "/timeline " + arguments});
    EXPECT_EQ(outcome.exitCode, exitCode) << arguments;
    EXPECT_THAT(exitCode == 0 ? outcome.out : outcome.err, HasSubstr(said));
    EXPECT_EQ(exitCode == 0 ? outcome.err : outcome.out, "");
    EXPECT_THAT(outcome.err, MatchesRegex(exitCode == 0 ? "" : "timeline: [^\n]*\n"));
  }
  EXPECT_THAT(testing::contentsOf(svg), StartsWith("<svg "));
  EXPECT_THAT(testing::contentsOf(html), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(testing::contentsOf(html), HasSubstr("<h1>One &amp; all</h1>"));
  EXPECT_FALSE(std::filesystem::exists(unwritten));
}

}  // namespace
}  // namespace poetry::timeline
