#include "common/recording.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "common/testing/temporary_folder.h"

namespace poetry {
namespace {

using nlohmann::json;
using testing::contentsOf;
using testing::TemporaryFolder;

class RecordingTest : public ::testing::Test {
 protected:
  json read() const { return json::parse(contentsOf(folder_ / "record.json")); }
  json last() const { return read().at("traceEvents").back(); }

  TemporaryFolder folder_;
  Recording recording_{folder_ / "record.json", "chapter99/test", "testing"};
};

TEST_F(RecordingTest, IsWholeJsonBeforeAnythingHappens) {
  EXPECT_EQ(read().at("otherData").at("program"), "chapter99/test");
  EXPECT_EQ(read().at("otherData").at("model"), "testing");
  EXPECT_EQ(last().at("name"), "process_name");
}

TEST_F(RecordingTest, IsWholeJsonAfterEveryEvent) {
  recording_.nameLane(1, "Task 1");
  EXPECT_EQ(last().at("args").at("name"), "Task 1");
  recording_.enter(1, "waiting");
  EXPECT_EQ(last().at("ph"), "B");
  recording_.mark(1, "read", 30);
  EXPECT_EQ(last().at("args").at("bytes"), 30);
  recording_.leave(1);
  EXPECT_EQ(last().at("ph"), "E");
}

TEST_F(RecordingTest, EndsASpanWhereTheNextBegins) {
  recording_.enter(1, "waiting");
  recording_.enter(1, "handling");
  const json events = read().at("traceEvents");
  const json& end = events.at(events.size() - 2);
  EXPECT_EQ(end.at("ph"), "E");
  EXPECT_EQ(end.at("name"), "waiting");
  EXPECT_EQ(end.at("ts"), events.back().at("ts"));
}

TEST_F(RecordingTest, KeepsOneSpanForAStateThatGoesOn) {
  recording_.enter(1, "waiting");
  const auto before = read().at("traceEvents").size();
  recording_.enter(1, "waiting");
  EXPECT_EQ(read().at("traceEvents").size(), before);
}

TEST_F(RecordingTest, KeepsLanesApart) {
  recording_.enter(1, "waiting");
  recording_.enter(2, "waiting");
  EXPECT_EQ(last().at("tid"), 2);
  EXPECT_EQ(last().at("ph"), "B");
}

TEST_F(RecordingTest, NamesTheLoopsLaneWhenThereIsALoop) {
  EXPECT_EQ(contentsOf(folder_ / "record.json").find("thread_name"), std::string::npos);
  recording_.enter(Recording::kLoop, "waiting");
  EXPECT_NE(contentsOf(folder_ / "record.json").find(R"("name":"loop")"), std::string::npos);
}

TEST_F(RecordingTest, TakesAnyBytesInAReason) {
  recording_.markFailure(1, "quote \" backslash \\ newline \n half a character \xe9\x9d");
  EXPECT_EQ(last().at("args").at("reason"),
            "quote \" backslash \\ newline \n half a character \xef\xbf\xbd");
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
