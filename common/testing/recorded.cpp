#include "common/testing/recorded.h"

#include <nlohmann/json.hpp>

#include "common/testing/temporary_folder.h"

namespace poetry::testing {

namespace {

using nlohmann::json;

RecordedEvent eventOf(const json& event) {
  const json args = event.value("args", json::object());
  const bool namesLane = event.at("name") == "thread_name";
  return {.phase = event.at("ph"),
          .name = event.at("name"),
          .lane = event.at("tid"),
          .at = event.at("ph") == "M" ? 0 : event.at("ts").get<double>(),
          .bytes = args.value("bytes", std::size_t{0}),
          .nameOfLane = namesLane ? args.at("name").get<std::string>() : "",
          .reason = args.value("reason", "")};
}

}  // namespace

Recorded readRecording(const std::string& path) {
  const json recording = json::parse(contentsOf(path));
  const json& about = recording.at("otherData");
  Recorded recorded{about.at("schema"), about.at("program"), about.at("model"), {}};
  for (const json& event : recording.at("traceEvents")) recorded.events.push_back(eventOf(event));
  return recorded;
}

}  // namespace poetry::testing
