#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.h"

namespace poetry {

// A recording: what a program did and when, as Chrome Trace Event JSON, which tools/timeline draws
// and Perfetto opens. common/README.md describes the schema; it holds for all five chapters.
//
// The file is whole JSON after every call, so nothing has to happen when the program ends: a run
// that Ctrl-C cuts short leaves a recording of what there was until then.
//
// Not for several threads at once.
class Recording {
 public:
  // Lane 0 is the loop, if the program has one; a task's (or a client's) lane has its number, from
  // 1, and the name that nameLane gave it.
  static constexpr int kLoop = 0;

  // Creates the file, or empties it. Throws std::system_error, as all that follow do.
  Recording(const std::string& path, const std::string& program, const std::string& model);

  void nameLane(int lane, const std::string& name);

  // Begins a span on a lane: what it does from now on, until it enters the next one or leaves.
  // `span` is a literal ("connecting", "waiting", "handling"). Does nothing if it is in it already.
  void enter(int lane, std::string_view span);
  void leave(int lane);

  // A mark is a moment: bytes that were read or sent, or the end of a task.
  void mark(int lane, const char* name, std::size_t bytes);
  void markFailure(int lane, const std::string& reason);

 private:
  void change(int lane, std::string_view span);  // empty: it leaves, and enters none
  void add(const std::string& events);

  std::string path_;
  UniqueFd file_;
  off_t end_ = 0;                       // where the next event goes: over the closing brackets
  std::vector<std::string_view> open_;  // by lane: the span that it is in, or nothing
  bool loopNamed_ = false;
};

}  // namespace poetry
