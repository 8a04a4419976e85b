#pragma once

#include <mutex>
#include <vector>

#include "reactor/delayed_call.h"
#include "reactor/waking_pipe.h"

namespace poetry {

// How another thread gets into the loop: it posts a callback here, and that makes a pipe readable
// which the reactor watches, so that it wakes. (D. J. Bernstein's self-pipe trick.)
class Mailbox {
 public:
  struct Letter {
    Callback callback;
    CallSite where;
  };

  Mailbox() = default;

  // From any thread. After close() the letter is thrown away.
  void post(Callback callback, CallSite where);

  // From the loop's thread: all letters that have come.
  std::vector<Letter> takeLetters();

  // Takes no more letters; destroys those that are there.
  void close();

  // Readable while there are letters.
  int readEnd() const { return pipe_.readEnd.get(); }

 private:
  std::mutex mutex_;
  std::vector<Letter> letters_;
  bool open_ = true;
  WakingPipe pipe_;
};

}  // namespace poetry
