// The black-box suite, part two: what --record writes, for every client.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

#include "common/testing/client_suite_support.h"
#include "common/testing/recorded.h"
#include "common/testing/scripted_server.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

// What happened in each lane.
struct LanesSeen {
  std::map<int, std::string> laneNames;
  std::map<int, std::vector<std::string>> spans;  // by lane, in order
  std::map<int, std::size_t> bytesRead;
  std::map<int, std::string> ends;  // "done" or "failed"
  int open = 0;                     // spans that did not end
};

LanesSeen readLanes(const std::string& path) {
  LanesSeen seen;
  double last = 0;
  const Recorded recording = readRecording(path);
  EXPECT_EQ(recording.schema, "slow-poetry-1");
  for (const auto& [phase, name, lane, at, bytes, nameOfLane, reason] : recording.events) {
    if (phase == "M") {
      if (name == "thread_name") seen.laneNames[lane] = nameOfLane;
      continue;
    }
    EXPECT_GE(at, last) << "time does not run backwards";
    last = at;
    if (phase == "B") seen.spans[lane].push_back(name);
    if (phase == "B") ++seen.open;
    if (phase == "E") --seen.open;
    if (phase == "E") {
      EXPECT_EQ(seen.spans[lane].back(), name) << "spans do not overlap";
    }
    if (name == "read") seen.bytesRead[lane] += bytes;
    if (name == "done" || name == "failed") seen.ends[lane] = name;
  }
  return seen;
}

// How often the first task has begun to wait, in a recording that is being written: it is read as
// text, because it may be seen in the middle of a write.
std::ptrdiff_t waitsIn(const std::string& path) {
  if (!std::filesystem::exists(path)) return 0;
  const std::vector<std::string> lines = linesOf(contentsOf(path));
  return std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find(R"("ph":"B","name":"waiting")") != std::string::npos &&
           line.find(R"("tid":1,)") != std::string::npos;
  });
}

TEST_P(GetPoetry, RecordsALaneForEveryTask) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Address server = servers.add({Send{kShortPoem}, Silence{}, Send{kShortPoem}});
  const RefusingPort refusing;
  RunningProgram client(commandFor(
      {"--record", folder / "record.json", toString(server), toString(refusing.address())}));
  // It has come to wait for the second time.
  ASSERT_TRUE(waitUntil([&] { return waitsIn(folder / "record.json") == 2; }));
  servers.release(server);
  const Outcome outcome = client.wait();
  EXPECT_EQ(outcome.exitCode, 1);
  const LanesSeen seen = readLanes(folder / "record.json");
  EXPECT_EQ(seen.laneNames.at(1), "Task 1: " + toString(server));
  EXPECT_EQ(seen.laneNames.at(2), "Task 2: " + toString(refusing.address()));
  EXPECT_EQ(seen.spans.at(1).front(), "connecting");
  for (const char* span : {"waiting", "handling"}) {
    const auto& spans = seen.spans.at(1);
    EXPECT_GE(std::count(spans.begin(), spans.end(), span), 2) << span;
  }
  EXPECT_EQ(seen.bytesRead.at(1), 2 * kShortPoem.size());
  EXPECT_EQ(seen.ends.at(1), "done");
  EXPECT_EQ(seen.ends.at(2), "failed");
  EXPECT_EQ(seen.open, 0);
  EXPECT_EQ(seen.spans.count(0) == 1, GetParam().hasLoop);
}

TEST_P(GetPoetry, LeavesAWholeRecordingWhenItIsCutShort) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Address server = servers.add({Send{kShortPoem}, Silence{}});
  RunningProgram program(commandFor({"--record", folder / "record.json", toString(server)}));
  ASSERT_TRUE(servers.waitForAccepted(server, 1, kSoon));
  program.signal(SIGINT);
  program.wait();
  const LanesSeen seen = readLanes(folder / "record.json");
  EXPECT_EQ(seen.laneNames.at(1), "Task 1: " + toString(server));
  EXPECT_EQ(seen.spans.at(1).front(), "connecting");
  if (GetParam().stopsInOrder) {
    EXPECT_EQ(seen.open, 0);
    EXPECT_EQ(seen.ends.at(1), "failed");
  } else {
    EXPECT_GE(seen.open, 1) << "what it was in the middle of is there, without an end";
  }
}

}  // namespace

}  // namespace poetry::testing
