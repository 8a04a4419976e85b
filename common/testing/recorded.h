#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace poetry::testing {

// An event of a recording, as it stands in the file. What it does not have is empty, or 0.
struct RecordedEvent {
  std::string phase;  // "B", "E", "i" or "M"
  std::string name;
  int lane = 0;
  double at = 0;           // microseconds
  std::size_t bytes = 0;   // of a read or a send, or of a poem
  std::string nameOfLane;  // of a "thread_name"
  std::string reason;      // of a failure
};

struct Recorded {
  std::string schema;
  std::string program;
  std::string model;
  std::vector<RecordedEvent> events;
};

// What --record has written. Throws if that is not complete JSON, or not a recording. (Here,
// because a file that reads JSON for itself takes two seconds more to build.)
Recorded readRecording(const std::string& path);

}  // namespace poetry::testing
