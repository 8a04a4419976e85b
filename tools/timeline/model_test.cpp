// Tests of what the timeline reads and sums up; page_test.cpp has what it draws.

#include "tools/timeline/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tools/timeline/parse.h"
#include "tools/timeline/test_support.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kClose = 1e-6;

std::string errorOf(const std::string& text) {
  try {
    parseRecording(text, "broken.json");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

std::string errorOfFile(const std::string& path) {
  try {
    loadRecording(path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

// The smallest recording that has the event in it.
std::string withEvent(const std::string& event) {
  return R"({"otherData":{"schema":"slow-poetry-1","program":"p","model":"m"},"traceEvents":[)" +
         event + "]}";
}

TEST(Parsing, ProgramModelAndNamesAreKept) {
  const Recording recording =
      RecordingText().name(1, "Task 1: 127.0.0.1:10000").mark(1, "read", 0, 1).parse();
  EXPECT_EQ(recording.program, "chapter02-select/get-poetry");
  EXPECT_EQ(recording.model, "select");
  ASSERT_EQ(recording.tasks.size(), 1u);
  EXPECT_EQ(recording.tasks[0].name, "Task 1: 127.0.0.1:10000");
}

TEST(Parsing, TimeStartsAtTheFirstEventOfAnyLane) {
  const Recording recording =
      RecordingText().span(2, "waiting", 3, 5).span(1, "waiting", 1, 2).parse();
  EXPECT_NEAR(recording.tasks[0].spans[0].begin, 0, kClose);
  EXPECT_NEAR(recording.tasks[1].spans[0].begin, 2, kClose);
  EXPECT_NEAR(recording.seconds, 4, kClose);
}

TEST(Parsing, SpansHaveTheirKindAndUnknownOnesAreOther) {
  const Recording recording = RecordingText()
                                  .span(1, "connecting", 0, 1)
                                  .span(1, "waiting", 1, 2)
                                  .span(1, "handling", 2, 3)
                                  .span(1, "resolving", 3, 4)
                                  .parse();
  const std::vector<Span>& spans = recording.tasks[0].spans;
  ASSERT_EQ(spans.size(), 4u);
  EXPECT_EQ(spans[0].kind, SpanKind::kConnecting);
  EXPECT_EQ(spans[1].kind, SpanKind::kWaiting);
  EXPECT_EQ(spans[2].kind, SpanKind::kHandling);
  EXPECT_EQ(spans[3].kind, SpanKind::kOther);
  EXPECT_EQ(recording.names[spans[3].name], "resolving");
}

TEST(Parsing, LaneZeroIsTheLoopAndMayBeAbsent) {
  EXPECT_TRUE(RecordingText().span(0, "waiting", 0, 1).parse().loop.has_value());
  EXPECT_FALSE(RecordingText().span(1, "waiting", 0, 1).parse().loop.has_value());
}

TEST(Parsing, EventsWrittenOutOfOrderAreSorted) {
  const Recording recording =
      RecordingText().end(1, 2).begin(1, "waiting", 1).span(2, "waiting", 0, 3).parse();
  ASSERT_EQ(recording.tasks[0].spans.size(), 1u);
  EXPECT_NEAR(recording.tasks[0].spans[0].end, 2, kClose);
}

TEST(Parsing, ASpanThatNothingClosesLastsToTheEndOfTheRun) {
  const Recording recording =
      RecordingText().begin(1, "waiting", 1).span(2, "waiting", 0, 7).parse();
  ASSERT_EQ(recording.tasks[0].spans.size(), 1u);
  EXPECT_NEAR(recording.tasks[0].spans[0].end, 7, kClose);
  EXPECT_EQ(recording.tasks[0].ending, Ending::kCutShort);
}

TEST(Parsing, AnOpenSpanOfATaskThatEndedEndsWithTheTask) {
  const Recording recording = RecordingText()
                                  .begin(1, "connecting", 0)
                                  .failed(1, "refused", 2)
                                  .span(2, "waiting", 0, 7)
                                  .parse();
  EXPECT_NEAR(recording.tasks[0].spans[0].end, 2, kClose);
  EXPECT_NEAR(recording.tasks[0].end, 2, kClose);
}

TEST(Parsing, ATaskThatIsNeitherDoneNorFailedIsCutShortByTheRun) {
  const Recording recording =
      RecordingText().span(1, "connecting", 0, 1).span(0, "waiting", 0, 9).parse();
  EXPECT_EQ(recording.tasks[0].ending, Ending::kCutShort);
  EXPECT_NEAR(recording.tasks[0].delay(), 9, kClose);
}

TEST(Parsing, ALoopThatStopsIsNotCutShort) {
  EXPECT_EQ(RecordingText().span(0, "waiting", 0, 9).parse().loop->ending, Ending::kDone);
  EXPECT_EQ(RecordingText().begin(0, "waiting", 0).parse().loop->ending, Ending::kCutShort);
}

TEST(Parsing, ATaskWithANameOnlyNeverStarted) {
  const Recording recording = RecordingText().name(1, "late").span(2, "waiting", 0, 1).parse();
  EXPECT_EQ(recording.tasks[0].ending, Ending::kNeverStarted);
  EXPECT_EQ(recording.tasks[0].delay(), 0);
}

TEST(Parsing, AFailedTaskKeepsItsReason) {
  const Recording recording =
      RecordingText().failed(1, "connect 127.0.0.1:10001: Connection refused", 1).parse();
  EXPECT_EQ(recording.tasks[0].ending, Ending::kFailed);
  EXPECT_EQ(recording.tasks[0].reason, "connect 127.0.0.1:10001: Connection refused");
}

TEST(Parsing, BytesThatAreNotUtf8AreReplaced) {
  const Recording recording = RecordingText().name(1, "a\xFF\xC3(b").mark(1, "read", 0, 1).parse();
  EXPECT_EQ(recording.tasks[0].name, "a\uFFFD\uFFFD(b");
}

TEST(Parsing, ControlCharactersNeverReachATerminal) {
  const Recording recording =
      RecordingText().name(1, R"(\u001b[2J\u0000\n)").mark(1, "read", 0, 1).parse();
  EXPECT_EQ(recording.tasks[0].name, "\uFFFD[2J\uFFFD\uFFFD");
}

TEST(Malformed, AMissingFileNamesItself) {
  EXPECT_EQ(errorOfFile("/nowhere/x.json"), "/nowhere/x.json: No such file or directory");
}

TEST(Malformed, ADirectoryNamesItself) {
  EXPECT_EQ(errorOfFile("/"), "/: Is a directory");
}

TEST(Malformed, AnEmptyFileNamesItself) {
  EXPECT_EQ(errorOf(""), "broken.json: the file is empty");
}

TEST(Malformed, ATruncatedFileNamesItselfAndThePlace) {
  EXPECT_THAT(errorOf(R"({"traceEvents":[)"),
              AllOf(StartsWith("broken.json: parse error at line 1"), HasSubstr("end of input")));
}

TEST(Malformed, AnErrorIsOneLine) {
  EXPECT_EQ(errorOf("{\"a\":\n\"\n").find('\n'), std::string::npos);
}

TEST(Malformed, OtherJsonIsNoRecording) {
  EXPECT_EQ(errorOf("[1]"), "broken.json: no array \"traceEvents\" in it");
  EXPECT_EQ(errorOf(R"({"traceEvents":{}})"), "broken.json: no array \"traceEvents\" in it");
}

TEST(Malformed, AnotherSchemaIsRefused) {
  EXPECT_EQ(errorOf(R"({"otherData":{"schema":"x"},"traceEvents":[]})"),
            "broken.json: unknown schema \"x\"");
}

TEST(Malformed, ARecordingWithoutTimedEventsIsEmpty) {
  EXPECT_EQ(errorOf(withEvent("")), "broken.json: the recording is empty: no event has a time");
}

TEST(Malformed, ABrokenEventIsNamedByItsNumber) {
  const std::string good = R"({"ph":"i","name":"read","tid":1,"ts":1})";
  EXPECT_EQ(errorOf(withEvent(good + R"(,{"ph":"B","name":"w","tid":1})")),
            "broken.json: event 2: \"ts\" is missing or not a usable number");
  EXPECT_EQ(errorOf(withEvent(good + R"(,{"ph":"B","name":"w","tid":"x","ts":1})")),
            "broken.json: event 2: \"tid\" is missing or not an integer");
  EXPECT_EQ(errorOf(withEvent(good + R"(,{"ph":"B","tid":1,"ts":1})")),
            "broken.json: event 2: \"name\" is missing or not a string");
  EXPECT_EQ(errorOf(withEvent(good + ",7")),
            "broken.json: \"traceEvents\" holds something that is not an event");
}

TEST(Malformed, SpansThatDoNotPairAreNamedByTheirLane) {
  EXPECT_EQ(errorOf(RecordingText().end(4, 1).text()),
            "broken.json: tid 4: a span ends that never began");
  EXPECT_EQ(errorOf(RecordingText().begin(4, "waiting", 1).begin(4, "handling", 2).text()),
            "broken.json: tid 4: \"handling\" begins inside another span");
}

TEST(Totals, TasksInARowTakeTheSumOfTheirDelays) {
  const Totals totals = totalsOf(threeInARow());
  EXPECT_NEAR(totals.seconds, 23.07, kClose);
  EXPECT_NEAR(totals.sumOfDelays, 23.07, kClose);
  EXPECT_NEAR(totals.longestDelay, 10.13, kClose);
  EXPECT_NEAR(*totals.ratio, 23.07 / 10.13, kClose);
}

TEST(Totals, TasksAtOnceTakeTheLongestDelay) {
  const Totals totals = totalsOf(threeAtOnce());
  EXPECT_NEAR(totals.seconds, 10.13, kClose);
  EXPECT_NEAR(totals.sumOfDelays, 23.07, kClose);
  EXPECT_NEAR(*totals.ratio, 1, kClose);
}

TEST(Totals, SharesAreOfTheLoopWhereThereIsOne) {
  const Totals totals = totalsOf(RecordingText()
                                     .span(0, "waiting", 0, 3)
                                     .span(0, "handling", 3, 4)
                                     .span(1, "waiting", 0, 4)
                                     .parse());
  EXPECT_TRUE(totals.sharesAreOfLoop);
  EXPECT_NEAR(totals.shares[indexOf(SpanKind::kWaiting)], 0.75, kClose);
  EXPECT_NEAR(totals.shares[indexOf(SpanKind::kHandling)], 0.25, kClose);
}

TEST(Totals, WithoutALoopSharesAreOfAllTasks) {
  const Totals totals = totalsOf(RecordingText()
                                     .span(1, "waiting", 0, 6)
                                     .mark(1, "done", 6, 1)
                                     .span(2, "handling", 4, 6)
                                     .parse());
  EXPECT_FALSE(totals.sharesAreOfLoop);
  EXPECT_NEAR(totals.shares[indexOf(SpanKind::kWaiting)], 0.75, kClose);
  EXPECT_NEAR(totals.shares[indexOf(SpanKind::kHandling)], 0.25, kClose);
}

TEST(Totals, FailedAndCutShortTasksAreCounted) {
  const Totals totals = totalsOf(
      RecordingText().failed(1, "x", 1).begin(2, "waiting", 0).mark(3, "done", 1, 0).parse());
  EXPECT_EQ(totals.failed, 1u);
  EXPECT_EQ(totals.cutShort, 1u);
}

TEST(Table, HasARowForEachRecordingInTheGivenOrder) {
  EXPECT_EQ(textTable({threeInARow(), threeAtOnce()}),
            "model      seconds  sum of delays  longest delay  ratio\n"
            "blocking     23.07          23.07          10.13   2.28\n"
            "select       10.13          23.07          10.13   1.00\n");
}

TEST(Table, HasNoRatioWithoutADelay) {
  EXPECT_EQ(textTable({RecordingText("idle").span(0, "waiting", 0, 2).parse()}),
            "model   seconds  sum of delays  longest delay  ratio\n"
            "idle       2.00           0.00           0.00      -\n");
}

TEST(Text, WhatDoesNotFitEndsInAnEllipsis) {
  EXPECT_EQ(fitText("short", 10, 100), "short");
  EXPECT_THAT(fitText("a text that is far too long", 10, 60), ::testing::EndsWith("\u2026"));
  EXPECT_LE(textWidth(fitText("a text that is far too long", 10, 60), 10), 60);
}

TEST(Text, WhatIsVeryLongIsCutWhereItComesIn) {
  EXPECT_LT(printable(std::string(1'000'000, 'x')).size(), 300u);
}

TEST(Text, ShortTimesKeepTheirDigits) {
  EXPECT_EQ(formatSeconds(23.066), "23.07");
  EXPECT_EQ(formatSeconds(0.00421), "0.0042");
}

}  // namespace

}  // namespace poetry::timeline
