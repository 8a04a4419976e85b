#include "common/recording.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include "common/json_string.h"
#include "common/signals_held.h"
#include "common/syscall.h"

namespace poetry {

namespace {

constexpr std::string_view kTail = "\n]}\n";

double microsecondsNow() {
  using std::chrono::steady_clock;
  const std::chrono::duration<double, std::micro> now = steady_clock::now().time_since_epoch();
  return now.count();
}

// The beginning of every event that has a time; what it adds, and the closing brace, follow.
std::string eventAt(double when, char phase, int lane, std::string_view name) {
  return fmt::format(R"({{"ph":"{}","name":"{}","pid":{},"tid":{},"ts":{:.3f})", phase, name,
                     ::getpid(), lane, when);
}

}  // namespace

Recording::Recording(const std::string& path, const std::string& program, const std::string& model)
    : path_(path) {
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  file_.reset(checked(::open(path.c_str(), flags, 0666), path.c_str()));
  add(fmt::format(R"({{"displayTimeUnit":"ms","otherData":)"
                  R"({{"schema":"slow-poetry-1","program":{},"model":{}}},"traceEvents":[)"
                  "\n"
                  R"({{"ph":"M","name":"process_name","pid":{},"tid":0,"args":{{"name":{}}}}})",
                  jsonString(program), jsonString(model), ::getpid(), jsonString(program)));
}

void Recording::nameLane(int lane, const std::string& name) {
  add(fmt::format(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}})",
                  ::getpid(), lane, jsonString(name)));
}

void Recording::enter(int lane, std::string_view span) {
  if (lane == kLoop && !std::exchange(loopNamed_, true)) nameLane(kLoop, "loop");
  change(lane, span);
}

void Recording::leave(int lane) {
  change(lane, "");
}

void Recording::change(int lane, std::string_view span) {
  const auto index = static_cast<std::size_t>(lane);
  if (index >= open_.size()) open_.resize(index + 1);
  const std::string_view before = std::exchange(open_[index], span);
  if (before == span) return;
  const double now = microsecondsNow();
  const std::string end = before.empty() ? "" : eventAt(now, 'E', lane, before) + "}";
  const std::string begin = span.empty() ? "" : eventAt(now, 'B', lane, span) + "}";
  // In one piece, so that a lane that is at work is always in a span, wherever we are cut short.
  add(end + (before.empty() || span.empty() ? "" : ",\n") + begin);
}

void Recording::mark(int lane, const char* name, std::size_t bytes) {
  add(fmt::format(R"({},"s":"t","args":{{"bytes":{}}}}})",
                  eventAt(microsecondsNow(), 'i', lane, name), bytes));
}

void Recording::markFailure(int lane, const std::string& reason) {
  add(fmt::format(R"({},"s":"t","args":{{"reason":{}}}}})",
                  eventAt(microsecondsNow(), 'i', lane, "failed"), jsonString(reason)));
}

void Recording::add(const std::string& events) {
  // The closing brackets are written with each event, and overwritten by the next one.
  const std::string text = fmt::format("{}{}{}", end_ == 0 ? "" : ",\n", events, kTail);
  const SignalsHeld held;  // none may end the program in the middle of a write
  const ssize_t count = ::pwrite(file_.get(), text.data(), text.size(), end_);
  if (count != static_cast<ssize_t>(text.size())) {
    // A full disk takes a part and reports that as a success. Better to end with what was whole.
    const int error = count < 0 ? errno : ENOSPC;
    static_cast<void>(::pwrite(file_.get(), kTail.data(), kTail.size(), end_));
    throwErrno("write " + path_, error);
  }
  end_ += static_cast<off_t>(text.size() - kTail.size());
}

}  // namespace poetry
