// Reads the Chrome Trace Event JSON of schema "slow-poetry-1": B and E open and close a span on a
// lane (a tid), i is a moment, M names a lane; other phases are skipped. A span that nothing closes
// is no defect: the run was cut short.

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
#include "tools/timeline/model.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

using Json = nlohmann::json;

constexpr double kMaxTimestamp = 1e17;  // three thousand years; keeps the sums finite
constexpr std::int64_t kLoop = 0;

struct Event {
  char phase = 'i';  // 'B', 'E' or 'i'
  Mark mark;         // its time is in seconds on the recorder's clock
};

// A lane gets its events at the end, when they can be sorted.
struct Source {
  Lane lane;
  std::vector<Event> events;
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

double secondsOf(const Json& event) {
  const auto ts = event.find("ts");
  if (ts == event.end() || !ts->is_number() || std::abs(ts->get<double>()) > kMaxTimestamp)
    throw std::runtime_error("\"ts\" is missing or not a usable number");
  return ts->get<double>() * 1e-6;
}

std::optional<std::uint64_t> bytesOf(const Json& args) {
  const auto bytes = args.find("bytes");
  if (bytes == args.end() || !bytes->is_number_unsigned()) return std::nullopt;
  return bytes->get<std::uint64_t>();
}

// Takes the events one by one, in the file's order, and turns them into lanes at the end.
class Reader {
 public:
  void add(const Json& event) {
    const std::string phase = stringAt(event, "ph");
    if (phase != "M" && phase != "B" && phase != "E" && phase != "i") return;

    const auto tid = event.find("tid");
    if (tid == event.end() || !tid->is_number_integer())
      throw std::runtime_error("\"tid\" is missing or not an integer");
    const Json args = event.value("args", Json());
    if (phase != "M")
      addTimed(event, phase[0], args, lanes_[tid->get<std::int64_t>()]);
    else if (stringAt(event, "name") == "thread_name")
      lanes_[tid->get<std::int64_t>()].lane.name = printable(stringAt(args, "name"));
  }

  Recording finish(const Json& otherData) {
    if (const auto schema = stringAt(otherData, "schema"); schema != "slow-poetry-1")
      throw std::runtime_error(fmt::format("unknown schema \"{}\"", schema));
    recording_.program = printable(stringAt(otherData, "program"));
    recording_.model = printable(stringAt(otherData, "model"));
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

 private:
  void addTimed(const Json& event, char phase, const Json& args, Source& source) {
    Mark mark{0, secondsOf(event), bytesOf(args)};
    if (phase != 'E') mark.name = idOf(stringAt(event, "name"));
    const bool failed = phase == 'i' && recording_.names[mark.name] == "failed";
    if (failed && args.is_object()) source.lane.reason = printable(stringAt(args, "reason"));
    source.events.push_back({phase, mark});
    first_ = std::min(first_, mark.at);
    last_ = std::max(last_, mark.at);
  }

  NameId idOf(const std::string& name) {
    const auto id = static_cast<NameId>(recording_.names.size());
    const auto [found, isNew] = ids_.try_emplace(name, id);
    if (isNew) recording_.names.push_back(printable(name));
    return found->second;
  }

  Lane assemble(std::int64_t tid, Source& source) const {
    auto& [lane, events] = source;
    if (lane.name.empty()) lane.name = tid == kLoop ? "loop" : fmt::format("Task {}", tid);
    if (events.empty()) {
      lane.ending = Ending::kNeverStarted;
      return std::move(lane);
    }
    // Threads write when they get to it; stable, because a span may begin where another ends.
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.mark.at < b.mark.at; });
    bool open = false;
    try {
      for (const auto& [phase, mark] : events) open = apply(phase, mark, lane, open);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("tid {}: {}", tid, error.what()));
    }
    if (tid == kLoop && !open) lane.ending = Ending::kDone;  // a loop just stops
    lane.begin = events.front().mark.at - first_;
    lane.end = (lane.ending == Ending::kCutShort ? last_ : events.back().mark.at) - first_;
    if (open) lane.spans.back().end = lane.end;
    events = {};
    return std::move(lane);
  }

  // `open`: whether the lane's last span has not ended. Returns whether it is so after the event.
  bool apply(char phase, const Mark& mark, Lane& lane, bool open) const {
    const double at = mark.at - first_;
    if (phase == 'E') {
      if (!open) throw std::runtime_error("a span ends that never began");
      lane.spans.back().end = at;
      return false;
    }
    const std::string& name = recording_.names[mark.name];
    if (phase == 'B') {
      if (open) throw std::runtime_error(fmt::format("\"{}\" begins inside another span", name));
      lane.spans.push_back({kindOf(name), mark.name, at, at});
      return true;
    }
    if (name == "done") {
      lane.ending = Ending::kDone;
      lane.bytes = mark.bytes;
    } else if (name == "failed") {
      lane.ending = Ending::kFailed;
    } else {
      lane.marks.push_back({mark.name, at, mark.bytes});
    }
    return open;
  }

  Recording recording_;
  std::map<std::int64_t, Source> lanes_;
  std::unordered_map<std::string, NameId> ids_;
  double first_ = std::numeric_limits<double>::infinity();
  double last_ = -std::numeric_limits<double>::infinity();
};

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
  return reader.finish(rest.value("otherData", Json::object()));
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
