#pragma once

#include <mutex>
#include <vector>

#include "common/unique_fd.h"
#include "reactor/delayed_call.h"

namespace poetry {

// How something outside the loop gets into it: other threads post callbacks, a signal handler
// writes a signal's number. Both make a pipe readable that the reactor watches, and that ends its
// sleep. (D. J. Bernstein's self-pipe trick.)
class Mailbox {
 public:
  struct Letter {
    Callback callback;
    CallSite where;
  };

  Mailbox();

  // From any thread. After close() the letter is thrown away.
  void post(Callback callback, CallSite where);

  // From the loop's thread: all letters that have come, and the signal that has, or 0.
  std::vector<Letter> takeLetters();
  int takeSignal();

  // Takes no more letters; destroys those that are there.
  void close();

  int readEnd() const { return readEnd_.get(); }
  int writeEnd() const { return writeEnd_.get(); }

 private:
  std::mutex mutex_;
  std::vector<Letter> letters_;
  bool open_ = true;
  UniqueFd readEnd_;
  UniqueFd writeEnd_;
};

}  // namespace poetry
