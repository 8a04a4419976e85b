// Purpose: reads a recording, the Chrome Trace Event JSON of schema "slow-poetry-1": B and E open
// and close a span on a lane (a tid), i is a moment, M names a lane; other phases are skipped.
// Fails: any defect throws, with the file's name. A span that nothing closes is no
// defect: the run was cut short.

#include "tools/timeline/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "common/file.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {

namespace {

using Json = nlohmann::json;

constexpr double kMicroseconds = 1e-6;
constexpr double kMaxTimestamp = 1e17;  // three thousand years; keeps the sums finite
constexpr std::int64_t kLoop = 0;

struct Event {
  enum class Phase : std::uint8_t { kBegin, kEnd, kMark, kDone, kFailed };
  Phase phase = Phase::kMark;
  NameId name = 0;
  double at = 0;  // seconds on the recorder's clock
  std::optional<std::uint64_t> bytes;
};

struct LaneEvents {
  std::string name;
  std::vector<Event> events;
  std::string reason;
};

SpanKind kindOf(const std::string& name) {
  if (name == "connecting") return SpanKind::kConnecting;
  if (name == "waiting") return SpanKind::kWaiting;
  if (name == "handling") return SpanKind::kHandling;
  return SpanKind::kOther;
}

std::string stringAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string())
    throw std::runtime_error(fmt::format("\"{}\" is missing or not a string", key));
  return found->get<std::string>();
}

// Takes the events one by one, in the file's order, and turns them into lanes at the end.
class Reader {
 public:
  void add(const Json& event);
  void describe(const Json& otherData);
  Recording finish();

 private:
  void addName(const Json& event, std::int64_t lane);
  void addTimed(const Json& event, LaneEvents& lane, Event::Phase phase);
  double timestampOf(const Json& event);
  NameId idOf(const std::string& name);
  Lane assemble(std::int64_t tid, LaneEvents& source) const;
  void apply(const Event& event, Lane& lane, std::optional<Span>& open) const;

  Recording recording_;
  std::map<std::int64_t, LaneEvents> lanes_;
  std::unordered_map<std::string, NameId> ids_;
  double first_ = std::numeric_limits<double>::infinity();
  double last_ = -std::numeric_limits<double>::infinity();
};

void Reader::describe(const Json& otherData) {
  if (const auto schema = stringAt(otherData, "schema"); schema != "slow-poetry-1")
    throw std::runtime_error(fmt::format("unknown schema \"{}\"", schema));
  recording_.program = printable(stringAt(otherData, "program"));
  recording_.model = printable(stringAt(otherData, "model"));
}

void Reader::add(const Json& event) {
  const std::string phase = stringAt(event, "ph");
  if (phase != "M" && phase != "B" && phase != "E" && phase != "i") return;

  const auto tid = event.find("tid");
  if (tid == event.end() || !tid->is_number_integer())
    throw std::runtime_error("\"tid\" is missing or not an integer");
  const auto lane = tid->get<std::int64_t>();

  if (phase == "M") return addName(event, lane);
  if (phase == "B") return addTimed(event, lanes_[lane], Event::Phase::kBegin);
  if (phase == "E") return addTimed(event, lanes_[lane], Event::Phase::kEnd);
  const std::string name = stringAt(event, "name");
  if (name == "done") return addTimed(event, lanes_[lane], Event::Phase::kDone);
  if (name == "failed") return addTimed(event, lanes_[lane], Event::Phase::kFailed);
  addTimed(event, lanes_[lane], Event::Phase::kMark);
}

void Reader::addName(const Json& event, std::int64_t lane) {
  if (stringAt(event, "name") != "thread_name") return;
  const Json& args = event.value("args", Json::object());
  lanes_[lane].name = printable(stringAt(args, "name"));
}

void Reader::addTimed(const Json& event, LaneEvents& lane, Event::Phase phase) {
  Event timed{phase, 0, timestampOf(event), std::nullopt};
  if (phase != Event::Phase::kEnd) timed.name = idOf(stringAt(event, "name"));
  if (const auto args = event.find("args"); args != event.end() && args->is_object()) {
    if (const auto bytes = args->find("bytes"); bytes != args->end() && bytes->is_number_unsigned())
      timed.bytes = bytes->get<std::uint64_t>();
    if (phase == Event::Phase::kFailed) lane.reason = printable(stringAt(*args, "reason"));
  }
  lane.events.push_back(timed);
  first_ = std::min(first_, timed.at);
  last_ = std::max(last_, timed.at);
}

double Reader::timestampOf(const Json& event) {
  const auto ts = event.find("ts");
  if (ts == event.end() || !ts->is_number() || std::abs(ts->get<double>()) > kMaxTimestamp)
    throw std::runtime_error("\"ts\" is missing or not a usable number");
  return ts->get<double>() * kMicroseconds;
}

NameId Reader::idOf(const std::string& name) {
  const auto [found, isNew] = ids_.try_emplace(name, static_cast<NameId>(recording_.names.size()));
  if (isNew) recording_.names.push_back(printable(name));
  return found->second;
}

Recording Reader::finish() {
  if (last_ < first_) throw std::runtime_error("the recording is empty: no event has a time");
  recording_.seconds = last_ - first_;
  for (auto& [tid, source] : lanes_) {
    if (tid != kLoop)
      recording_.tasks.push_back(assemble(tid, source));
    else if (!source.events.empty())
      recording_.loop = assemble(tid, source);
  }
  return std::move(recording_);
}

// Owns nothing of source afterwards; a lane is assembled once.
Lane Reader::assemble(std::int64_t tid, LaneEvents& source) const {
  Lane lane;
  lane.name = std::move(source.name);
  if (lane.name.empty()) lane.name = tid == kLoop ? "loop" : fmt::format("Task {}", tid);
  lane.reason = std::move(source.reason);
  if (source.events.empty()) {
    lane.ending = Ending::kNeverStarted;
    return lane;
  }
  // Threads write when they get to it; stable, because a span may begin where another ends.
  std::stable_sort(source.events.begin(), source.events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  std::optional<Span> open;
  try {
    for (const Event& event : source.events) apply(event, lane, open);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("tid {}: {}", tid, error.what()));
  }
  if (tid == kLoop && !open) lane.ending = Ending::kDone;  // a loop just stops; nobody marks it
  lane.begin = source.events.front().at - first_;
  lane.end = (lane.ending == Ending::kCutShort ? last_ : source.events.back().at) - first_;
  if (open) {
    open->end = lane.end;
    lane.spans.push_back(*open);
  }
  source.events = {};
  return lane;
}

void Reader::apply(const Event& event, Lane& lane, std::optional<Span>& open) const {
  const double at = event.at - first_;
  switch (event.phase) {
    case Event::Phase::kBegin: {
      const std::string& name = recording_.names[event.name];
      if (open) throw std::runtime_error(fmt::format("\"{}\" begins inside another span", name));
      open = Span{kindOf(name), event.name, at, at};
      return;
    }
    case Event::Phase::kEnd:
      if (!open) throw std::runtime_error("a span ends that never began");
      open->end = at;
      lane.spans.push_back(*open);
      open.reset();
      return;
    case Event::Phase::kMark:
      lane.marks.push_back({event.name, at, event.bytes});
      return;
    case Event::Phase::kDone:
      lane.ending = Ending::kDone;
      lane.bytes = event.bytes;
      return;
    case Event::Phase::kFailed:
      lane.ending = Ending::kFailed;
      return;
  }
}

// The parser hands over each event when it is complete and then forgets it, so that a recording of
// a million spans never stands in memory as a tree.
Recording parse(std::string_view bytes) {
  Reader reader;
  std::string section;
  bool hasEvents = false;
  std::size_t count = 0;
  const auto take = [&](int depth, Json::parse_event_t what, Json& parsed) {
    using Parse = Json::parse_event_t;
    if (depth == 1 && what == Parse::key) section = parsed.get<std::string>();
    if (section != "traceEvents") return true;
    if (depth == 1 && what == Parse::array_start) hasEvents = true;
    if (depth == 2 && (what == Parse::value || what == Parse::array_start))
      throw std::runtime_error("\"traceEvents\" holds something that is not an event");
    if (depth != 2 || what != Parse::object_end) return true;
    ++count;
    try {
      reader.add(parsed);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("event {}: {}", count, error.what()));
    }
    return false;
  };
  const Json rest = Json::parse(bytes, take);
  if (!rest.is_object() || !hasEvents) throw std::runtime_error("no array \"traceEvents\" in it");
  reader.describe(rest.value("otherData", Json::object()));
  return reader.finish();
}

}  // namespace

Recording parseRecording(std::string_view bytes, const std::string& file) try {
  if (bytes.empty()) throw std::runtime_error("the file is empty");
  return parse(repairUtf8(bytes));
} catch (const Json::exception& error) {
  const std::string_view what = error.what();  // "[json.exception...] parse error at line..."
  throw std::runtime_error(fmt::format("{}: {}", file, printable(what.substr(what.find(']') + 2))));
} catch (const std::runtime_error& error) {
  throw std::runtime_error(fmt::format("{}: {}", file, printable(error.what())));
}

Recording loadRecording(const std::string& path) {
  return parseRecording(readFile(path), path);
}

}  // namespace poetry::timeline
