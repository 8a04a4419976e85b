// Tests of what the timeline draws.

#include "tools/timeline/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "tools/timeline/bars.h"
#include "tools/timeline/test_support.h"

namespace poetry::timeline {

namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// What an XML parser of others says of it: elements nest, attributes are quoted, there is one root,
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

// A lane of ten seconds (a hundred pixels) that waits and, so many times, works for a moment.
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
  for (int lane = 1; lane <= count; ++lane)
    text.span(lane, "waiting", 0, 5).mark(lane, "read", 2, 10).mark(lane, "done", 5, 10);
  return text.parse();
}

Recording hostile() {
  const char* const kName = R"(<script>alert('x')</script> & \"]]> \u0000\u001b \uffff)";
  return RecordingText(kName)
      .name(1, kName)
      .span(1, kName, 0, 1)
      .mark(1, kName, 1, 5)
      .failed(1, std::string(kName) + "\xC3\x28\xFF", 2)
      .name(2, "\xED\xA0\x80 \xF5")
      .begin(2, "waiting", 0)
      .parse();
}

TEST(IsWellFormed, TellsGoodFromBad) {
  EXPECT_TRUE(isWellFormed("<a b=\"&lt;\"><c/>text</a>\n"));
  EXPECT_FALSE(isWellFormed("<a><b></a></b>"));
  EXPECT_FALSE(isWellFormed("<a>"));
  EXPECT_FALSE(isWellFormed("<a/><a/>"));
  EXPECT_FALSE(isWellFormed("<a b=c/>"));
  EXPECT_FALSE(isWellFormed("<a>&</a>"));
  EXPECT_FALSE(isWellFormed("<a>\xFF</a>"));
}

TEST(Bars, EveryMomentOfWorkIsATickWhereThereIsRoom) {
  const std::vector<Bar> ticks = barsOfKind(waitingLane(20, 0.001), SpanKind::kHandling);
  EXPECT_EQ(ticks.size(), 20u);
  for (const Bar& tick : ticks) EXPECT_GE(tick.width, kTickWidth);
}

TEST(Bars, AWaitIsOneBarHoweverManyMomentsInterruptIt) {
  EXPECT_EQ(barsOfKind(waitingLane(20, 0.001), SpanKind::kWaiting).size(), 1u);
}

TEST(Bars, TicksThatWouldTouchBecomeTheShareOfWork) {
  const Lane lane = waitingLane(1000, 0.005);
  EXPECT_TRUE(barsOf(lane, Scale{0, 10}).merged);
  const std::vector<Bar> bars = barsOfKind(lane, SpanKind::kHandling);
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_NEAR(bars[0].height, 0.5, 1e-9);
}

TEST(Bars, AMarkOutsideAnySpanIsATick) {
  const Recording recording = RecordingText().mark(1, "read", 0, 1).mark(1, "read", 5, 1).parse();
  EXPECT_EQ(barsOfKind(recording.tasks[0], SpanKind::kHandling).size(), 2u);
}

TEST(Bars, LieWhereTheirTimeIs) {
  const Recording recording =
      RecordingText().span(1, "waiting", 0, 1).span(2, "waiting", 2, 4).parse();
  const std::vector<Bar> bars = barsOfKind(recording.tasks[1], SpanKind::kWaiting);
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_NEAR(bars[0].x, 20, 1e-6);
  EXPECT_NEAR(bars[0].width, 20, 1e-6);
}

TEST(Page, IsWellFormedForEveryKindOfRecording) {
  const std::vector<Recording> recordings{threeInARow(), threeAtOnce(), hostile(), manyTasks(200),
                                          RecordingText().mark(1, "read", 0, 1).parse()};
  EXPECT_TRUE(isWellFormed(svgPage(recordings, "A & B <title>")));
  EXPECT_TRUE(isWellFormed(htmlPage(recordings, "A & B <title>")));
}

TEST(Page, EscapesHostileNames) {
  for (const std::string& page : {svgPage({hostile()}, "t"), htmlPage({hostile()}, "t")}) {
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
  EXPECT_THAT(page, ContainsRegex("<desc>.*Sum of delays 23.07 s.*</desc>"));
}

TEST(Page, DrawsAllPanelsToOneScale) {
  const std::string page = svgPage({threeInARow(), threeAtOnce()}, "t");
  // The longest poem takes equally many pixels, whether the run ends with it or goes on.
  EXPECT_EQ(countOf(page, "h241.5v16h-241.5z"), 3u);
}

TEST(Page, DrawsARunThatTookNoTime) {
  const std::string page = svgPage({RecordingText().mark(1, "done", 0, 0).parse()}, "t");
  EXPECT_THAT(page, HasSubstr(">0 bytes, 0.00 s</text>"));
  EXPECT_THAT(page, Not(ContainsRegex("nan|inf")));
}

TEST(Page, SaysAtTheEndOfALaneHowItEnded) {
  const std::string page = svgPage({RecordingText()
                                        .mark(1, "read", 0, 1)
                                        .mark(1, "done", 2, 3003)
                                        .begin(2, "waiting", 0)
                                        .name(3, "late")
                                        .parse()},
                                   "t");
  EXPECT_THAT(page, HasSubstr(">3003 bytes, 2.00 s</text>"));
  EXPECT_THAT(page, HasSubstr(">cut short</text>"));
  EXPECT_THAT(page, HasSubstr(">never started</text>"));
}

TEST(Page, ShowsAFailureInRedWithItsReason) {
  const std::string page = svgPage({RecordingText()
                                        .mark(2, "done", 9, 1)
                                        .span(1, "connecting", 0, 1)
                                        .failed(1, "connect [::1]:1: Connection refused", 1)
                                        .parse()},
                                   "t");
  EXPECT_THAT(page,
              ContainsRegex("fill=\"#b00020\"[^>]*>failed: connect .::1.:1: Connection refused<"));
  EXPECT_THAT(page, HasSubstr("1 task failed."));
}

TEST(Page, KeepsTheCauseOfAFailureWhereRoomIsShort) {
  const std::string page = svgPage({RecordingText()
                                        .begin(1, "waiting", 0)
                                        .failed(1, "recv from 127.0.0.1:10001: timed out", 1)
                                        .parse()},
                                   "t");
  EXPECT_THAT(page, HasSubstr(">failed: timed out<title>failed after 1.00 s: recv from "
                              "127.0.0.1:10001: timed out</title>"));
}

TEST(Page, TellsBytesAndTimeOfEveryRead) {
  const std::string page =
      svgPage({RecordingText().mark(1, "read", 0, 30).mark(1, "read", 1.5, 1).parse()}, "t");
  EXPECT_THAT(page, HasSubstr("<title>read 30 bytes at 0.000 s</title>"));
  EXPECT_THAT(page, HasSubstr("<title>read 1 byte at 1.500 s</title>"));
}

TEST(Page, NamesSpansItHasNoPatternFor) {
  const Recording recording = RecordingText().span(1, "resolving", 0, 1).parse();
  EXPECT_THAT(svgPage({recording}, "t"), HasSubstr(">resolving</text>"));
  EXPECT_THAT(svgPage({threeInARow()}, "t"), Not(HasSubstr("fill=\"url(#timeline-other)")));
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

}  // namespace

}  // namespace poetry::timeline
