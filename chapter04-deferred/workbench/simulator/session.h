#pragma once

#include <string_view>
#include <vector>

#include "workbench/simulator/options.h"
#include "workbench/simulator/script.h"

namespace poetry::simulator {

constexpr std::string_view kInputHelp =
    R"(A line is a pair: a callback, then an errback. Each does one of these:
  return VALUE   returns the value
  fail ERROR     throws the error
  pass           hands on what it was given
  defer NAME     returns a Deferred that has not fired
Or a line is a command:
  fire NAME return VALUE, fire NAME fail ERROR
                 fires the Deferred of that name
  undo, clear    takes back the last line, or all of them
  draw, help, quit
Words with blanks stand in quotes. A # begins a comment.
)";

// Obeys lines of input, and draws what comes of them: on standard output, and as a picture if the
// options want one.
class Session {
 public:
  explicit Session(const Options& options) : options_(options) {}

  // False for quit. Throws InputError, and then nothing has changed.
  bool obey(std::string_view line);

  // Has anything changed since it was drawn? At first, yes.
  bool isStale() const { return stale_; }
  void draw();

 private:
  void obeyOrder(Order order);
  void change(const Script& script);

  Options options_;
  Script script_;
  std::vector<Script> before_;  // for undo: what the script was, line by line
  bool stale_ = true;
};

}  // namespace poetry::simulator
