// Tests of what the timeline reads and sums up; page_test.cpp has what it draws.

#include "tools/timeline/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tools/timeline/test_support.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

// "Task 1, 0 to 3, cut short; waiting 0 to 2; other: resolving 2 to 3"
std::string summaryOf(const Recording& recording, const Lane& lane) {
  static const std::vector<std::string> kKinds{"connecting", "waiting", "handling", "other: "};
  static const std::vector<std::string> kEndings{"done", "failed", "cut short", "never started"};
  std::string summary = fmt::format("{}, {:.3g} to {:.3g}, {}", lane.name, lane.begin, lane.end,
                                    kEndings.at(static_cast<std::size_t>(lane.ending)));
  if (!lane.reason.empty()) summary += " (" + lane.reason + ")";
  for (const Span& span : lane.spans) {
    summary += "; " + kKinds.at(indexOf(span.kind));
    if (span.kind == SpanKind::kOther) summary += recording.names.at(span.name);
    summary += fmt::format(" {:.3g} to {:.3g}", span.begin, span.end);
  }
  return summary;
}

// All lanes, the loop first, a line each.
std::string summaryOf(const RecordingText& text) {
  const Recording recording = text.parse();
  std::string summary;
  if (recording.loop) summary += summaryOf(recording, *recording.loop) + "\n";
  for (const Lane& task : recording.tasks) summary += summaryOf(recording, task) + "\n";
  return summary;
}

template <typename Call>
std::string errorOf(Call call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Parsing, TurnsEventsIntoLanes) {
  struct Case {
    const char* what;
    RecordingText text;
    const char* lanes;
  };
  const std::vector<Case> cases{
      {"time starts at the first event of any lane, and what has no end is cut short by the run's",
       RecordingText().span(2, "waiting", 3, 5).span(1, "waiting", 1, 2),
       "Task 1, 0 to 4, cut short; waiting 0 to 1\nTask 2, 2 to 4, cut short; waiting 2 to 4\n"},
      {"spans have their kind, and unknown ones are other",
       RecordingText().span(1, "connecting", 0, 1).span(1, "handling", 2, 3).span(1, "new", 3, 4),
       "Task 1, 0 to 4, cut short; connecting 0 to 1; handling 2 to 3; other: new 3 to 4\n"},
      {"lane zero is the loop, which just stops", RecordingText().span(0, "waiting", 0, 9),
       "loop, 0 to 9, done; waiting 0 to 9\n"},
      {"or is cut short as well", RecordingText().begin(0, "waiting", 0).mark(1, "done", 2, 1),
       "loop, 0 to 2, cut short; waiting 0 to 2\nTask 1, 2 to 2, done\n"},
      {"events written out of order are sorted",
       RecordingText().end(1, 2).begin(1, "waiting", 1).poem(2, 0, 3, 1),
       "Task 1, 1 to 3, cut short; waiting 1 to 2\nTask 2, 0 to 3, done; waiting 0 to 3\n"},
      {"a span that nothing closes lasts to the end of the run",
       RecordingText().begin(1, "waiting", 1).poem(2, 0, 7, 1),
       "Task 1, 1 to 7, cut short; waiting 1 to 7\nTask 2, 0 to 7, done; waiting 0 to 7\n"},
      {"an open span of a task that ended ends with the task",
       RecordingText().begin(1, "connecting", 0).failed(1, "refused", 2).mark(2, "done", 7, 1),
       "Task 1, 0 to 2, failed (refused); connecting 0 to 2\nTask 2, 7 to 7, done\n"},
      {"a task with a name only never started", RecordingText().name(1, "late").poem(2, 0, 1, 1),
       "late, 0 to 0, never started\nTask 2, 0 to 1, done; waiting 0 to 1\n"},
      {"bytes that are not UTF-8 are replaced, and control characters never reach a terminal",
       RecordingText().name(1, "a\xFF\xC3(b \\u001b[2J\\u0000\\n").mark(1, "done", 0, 1),
       "a\uFFFD\uFFFD(b \uFFFD[2J\uFFFD\uFFFD, 0 to 0, done\n"}};
  for (const Case& each : cases) EXPECT_EQ(summaryOf(each.text), each.lanes) << each.what;
}

TEST(Malformed, AFileThatCannotBeReadNamesItself) {
  EXPECT_EQ(errorOf([] { loadRecording("/nowhere/x"); }), "/nowhere/x: No such file or directory");
  EXPECT_EQ(errorOf([] { loadRecording("/"); }), "/: Is a directory");
}

TEST(Malformed, ARecordingSaysInOneLineWhichItIsAndWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "the file is empty"},
      {R"({"traceEvents":[)", "parse error at line 1.*end of input.*"},
      {"{\"a\":\n\"\n", "parse error at line 3.*"},
      {"[1]", "no array \"traceEvents\" in it"},
      {R"({"traceEvents":{}})", "no array \"traceEvents\" in it"},
      {R"({"otherData":{"schema":"x"},"traceEvents":[]})", "unknown schema \"x\""},
      {RecordingText().text(), "the recording is empty: no event has a time"},
      {RecordingText().event(R"({"ph":"B","name":"w","tid":1})").text(),
       "event 2: \"ts\" is missing or not a usable number"},
      {RecordingText().event(R"({"ph":"B","name":"w","tid":"x","ts":1})").text(),
       "event 2: \"tid\" is missing or not an integer"},
      {RecordingText().event(R"({"ph":"B","tid":1,"ts":1})").text(),
       "event 2: \"name\" is missing or not a string"},
      {RecordingText().event("7").text(), "\"traceEvents\" holds something that is not an event"},
      {RecordingText().end(4, 1).text(), "tid 4: a span ends that never began"},
      {RecordingText().begin(4, "waiting", 1).begin(4, "handling", 2).text(),
       "tid 4: \"handling\" begins inside another span"}};
  for (const auto& each : cases) {
    const std::string found = errorOf([&] { parseRecording(each.first, "broken.json"); });
    EXPECT_THAT(found, ::testing::MatchesRegex("broken.json: " + each.second));
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  }
}

// In a row takes as long as the delays together, at once as long as the longest.
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

TEST(Text, IsCutToFitAndWhereItComesIn) {
  EXPECT_EQ(fitText("short", 10, 100), "short");
  EXPECT_THAT(fitText("a text that is far too long", 10, 60), ::testing::EndsWith("\u2026"));
  EXPECT_LE(textWidth(fitText("a text that is far too long", 10, 60), 10), 60);
  EXPECT_LT(printable(std::string(1'000'000, 'x')).size(), 300u);
}

TEST(Text, ShortTimesKeepTheirDigits) {
  EXPECT_EQ(formatSeconds(23.066), "23.07");
  EXPECT_EQ(formatSeconds(0.00421), "0.0042");
}

}  // namespace
}  // namespace poetry::timeline
