#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reactor/delayed_call.h"

namespace poetry {

class Reader;
class Writer;

// What the reactor notes about one descriptor, for reading and for writing. Owned by the reactor.
// It stays in memory until the end of the turn in which it was removed, because the list of those
// that are ready may still point to it.
struct Watch {
  int fd = -1;
  std::string name;
  Reader* reader = nullptr;  // not owned; both null: it is of no use any more
  Writer* writer = nullptr;

  // What the poller found, in this turn.
  bool readable = false;
  bool writable = false;
  bool closed = false;  // the descriptor was closed, and it is still watched

  bool known = false;  // for a poller whose system keeps a list of its own: it is in that list
  unsigned reads = 0;  // how often the reader was called: for diagnostics
};

// How a reactor waits. It calls no handler; it only says what is ready. The reactor owns it, and is
// the only one to call it. (muduo and redis cut a loop in two like this.)
class Poller {
 public:
  virtual ~Poller() = default;

  // What to wait for from now on; if neither: forget the watch. Throws std::runtime_error if the
  // descriptor cannot be watched, and then nothing has changed.
  virtual void change(Watch& watch, bool reading, bool writing) = 0;

  // Waits until a watch is ready, but not past `until` (none: as long as it takes). Appends those
  // that are ready, and notes in each what it is ready for. A watch that stays ready is there again
  // next time (level-triggered). May return early, with nothing.
  virtual void wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) = 0;
};

}  // namespace poetry
