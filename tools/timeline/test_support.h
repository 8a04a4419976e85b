// Writes recordings for the timeline's tests, event by event, as the programs do.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "tools/timeline/model.h"

namespace poetry::timeline {

class RecordingText {
 public:
  explicit RecordingText(std::string_view model = "select") {
    text_ =
        fmt::format(R"({{"displayTimeUnit":"ms","otherData":{{"schema":"slow-poetry-1",)"
                    R"("program":"chapter02-select/get-poetry","model":"{}"}},"traceEvents":[)"
                    R"({{"ph":"M","name":"process_name","pid":1,"tid":0,"args":{{"name":"x"}}}})",
                    model);
  }

  RecordingText& name(int lane, std::string_view name) {
    return event(
        fmt::format(R"({{"ph":"M","name":"thread_name","pid":1,"tid":{},"args":{{"name":"{}"}}}})",
                    lane, name));
  }
  RecordingText& begin(int lane, std::string_view span, double seconds) {
    return timed('B', lane, seconds, fmt::format(R"("name":"{}")", span));
  }
  RecordingText& end(int lane, double seconds) { return timed('E', lane, seconds, R"("s":"t")"); }
  RecordingText& span(int lane, std::string_view span, double from, double to) {
    return begin(lane, span, from).end(lane, to);
  }
  RecordingText& mark(int lane, std::string_view name, double seconds, int bytes) {
    return timed('i', lane, seconds,
                 fmt::format(R"("name":"{}","args":{{"bytes":{}}})", name, bytes));
  }
  RecordingText& failed(int lane, std::string_view reason, double seconds) {
    return timed('i', lane, seconds,
                 fmt::format(R"("name":"failed","args":{{"reason":"{}"}})", reason));
  }
  // A task that waits for its poem and gets it.
  RecordingText& poem(int lane, double from, double to, int bytes) {
    return span(lane, "waiting", from, to).mark(lane, "done", to, bytes);
  }

  RecordingText& event(std::string_view json) {
    text_.append(",\n").append(json);
    return *this;
  }

  std::string text() const { return text_ + "]}\n"; }
  Recording parse() const { return parseRecording(text(), "test.json"); }

 private:
  RecordingText& timed(char phase, int lane, double seconds, std::string_view more) {
    const double ts = 84213412.123 + seconds * 1e6;  // clocks do not start at zero
    return event(
        fmt::format(R"({{"ph":"{}","pid":1,"tid":{},"ts":{:.3f},{}}})", phase, lane, ts, more));
  }

  std::string text_;
};

// The three poems of chapter 1, one after the other, and at once.
inline Recording threeInARow() {
  RecordingText text("blocking");
  text.poem(1, 0, 10.13, 3003).poem(2, 10.13, 16.45, 623).poem(3, 16.45, 23.07, 653);
  return text.parse();
}
inline Recording threeAtOnce() {
  RecordingText text("select");
  text.span(0, "waiting", 0, 10.13).poem(1, 0, 10.13, 3003).poem(2, 0, 6.32, 623);
  return text.poem(3, 0, 6.62, 653).parse();
}

}  // namespace poetry::timeline
