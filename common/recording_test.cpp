#include "common/recording.h"

#include <gtest/gtest.h>

#include <system_error>

#include "common/testing/recorded.h"
#include "common/testing/temporary_folder.h"

namespace poetry {
namespace {

using testing::contentsOf;
using testing::Recorded;
using testing::RecordedEvent;
using testing::TemporaryFolder;

class RecordingTest : public ::testing::Test {
 protected:
  Recorded read() const { return testing::readRecording(folder_ / "record.json"); }
  RecordedEvent last() const { return read().events.back(); }

  TemporaryFolder folder_;
  Recording recording_{folder_ / "record.json", "chapter99/test", "testing"};
};

TEST_F(RecordingTest, IsWholeJsonBeforeAnythingHappens) {
  EXPECT_EQ(read().program, "chapter99/test");
  EXPECT_EQ(read().model, "testing");
  EXPECT_EQ(last().name, "process_name");
}

TEST_F(RecordingTest, IsWholeJsonAfterEveryEvent) {
  recording_.nameLane(1, "Task 1");
  EXPECT_EQ(last().nameOfLane, "Task 1");
  recording_.enter(1, "waiting");
  EXPECT_EQ(last().phase, "B");
  recording_.mark(1, "read", 30);
  EXPECT_EQ(last().bytes, 30u);
  recording_.leave(1);
  EXPECT_EQ(last().phase, "E");
}

TEST_F(RecordingTest, EndsASpanWhereTheNextBegins) {
  recording_.enter(1, "waiting");
  recording_.enter(1, "handling");
  const std::vector<RecordedEvent> events = read().events;
  const RecordedEvent& end = events.at(events.size() - 2);
  EXPECT_EQ(end.phase, "E");
  EXPECT_EQ(end.name, "waiting");
  EXPECT_EQ(end.at, events.back().at);
}

TEST_F(RecordingTest, KeepsOneSpanForAStateThatGoesOn) {
  recording_.enter(1, "waiting");
  const auto before = read().events.size();
  recording_.enter(1, "waiting");
  EXPECT_EQ(read().events.size(), before);
}

TEST_F(RecordingTest, KeepsLanesApart) {
  recording_.enter(1, "waiting");
  recording_.enter(2, "waiting");
  EXPECT_EQ(last().lane, 2);
  EXPECT_EQ(last().phase, "B");
}

TEST_F(RecordingTest, NamesTheLoopsLaneWhenThereIsALoop) {
  EXPECT_EQ(contentsOf(folder_ / "record.json").find("thread_name"), std::string::npos);
  recording_.enter(Recording::kLoop, "waiting");
  EXPECT_NE(contentsOf(folder_ / "record.json").find(R"("name":"loop")"), std::string::npos);
}

TEST_F(RecordingTest, TakesAnyBytesInAReason) {
  recording_.markFailure(1, "quote \" backslash \\ newline \n half a character \xe9\x9d");
  EXPECT_EQ(last().reason, "quote \" backslash \\ newline \n half a character \xef\xbf\xbd");
}

TEST(Recording, NamesTheFileThatItCanNotWrite) {
  try {
    const Recording recording("/no/such/folder/record.json", "p", "m");
    FAIL() << "it can";
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "/no/such/folder/record.json: No such file or directory");
  }
}

}  // namespace
}  // namespace poetry
