// What a recording says: lanes of spans, in seconds from its start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poetry::timeline {

enum class SpanKind : std::uint8_t { kConnecting, kWaiting, kHandling, kOther };
inline constexpr std::size_t kSpanKinds = 4;

using NameId = std::uint32_t;  // an index into Recording::names

struct Span {
  SpanKind kind = SpanKind::kOther;
  NameId name = 0;
  double begin = 0;
  double end = 0;
};

// A moment on a lane: a read, a send.
struct Mark {
  NameId name = 0;
  double at = 0;
  std::optional<std::uint64_t> bytes;
};

enum class Ending : std::uint8_t { kDone, kFailed, kCutShort, kNeverStarted };

struct Lane {
  std::string name;
  double begin = 0;
  double end = 0;  // the run's own end where the lane was cut short
  std::vector<Span> spans;
  std::vector<Mark> marks;
  Ending ending = Ending::kCutShort;
  std::optional<std::uint64_t> bytes;  // of a task that is done
  std::string reason;                  // of a task that failed

  double delay() const { return end - begin; }
};

struct Recording {
  std::string program;
  std::string model;
  double seconds = 0;
  std::optional<Lane> loop;  // absent where a program has no loop
  std::vector<Lane> tasks;
  std::vector<std::string> names;  // of spans and marks, each name once
};

// Both throw a std::runtime_error that says in one line which file it was and what is wrong with
// it: it is malformed, or has no events. `file` is what the error calls bytes in memory.
Recording loadRecording(const std::string& path);
Recording parseRecording(std::string_view bytes, const std::string& file);

// All sums are over all tasks, drawn or not.
struct Totals {
  double sumOfDelays = 0;
  double longestDelay = 0;
  bool sharesAreOfLoop = false;
  std::array<double, kSpanKinds> shares{};  // of the loop's time, or of the tasks' delays
  std::size_t failed = 0;
  std::size_t cutShort = 0;
};

inline constexpr std::size_t indexOf(SpanKind kind) {
  return static_cast<std::size_t>(kind);
}

Totals totalsOf(const Recording& recording);

// Its ratio is the seconds by the longest delay, or "-" where no task took any time.
using TableRow = std::array<std::string, 5>;
inline const TableRow kTableHead{"model", "seconds", "sum of delays", "longest delay", "ratio"};
TableRow tableRowOf(const Recording& recording);

// The aligned table for a terminal, one row each, in the order given.
std::string textTable(const std::vector<Recording>& recordings);

}  // namespace poetry::timeline
