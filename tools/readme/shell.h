#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "common/unique_fd.h"

namespace poetry::readme {

// How a command ended, and what it said: standard output and error, as they came.
struct Ending {
  int exitCode = -1;      // -1 if a signal ended it
  bool timedOut = false;  // it did not end in time, and was killed
  std::string output;
};

// A command line in a bash of its own. All that it starts is killed when this object goes, and
// also when this process goes without a destructor.
class Shell {
 public:
  static constexpr std::chrono::seconds kPatience{20};  // more than any command should need

  // Throws std::system_error if there is no bash.
  Shell(const std::string& folder, const std::string& command);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Waits for its first line: whether that begins with `text`. False if the command ends first.
  bool beginsWith(const std::string& text);

  // Asks it to end. wait() then tells how it did.
  void terminate() const;

  // Reads all that it says until it ends.
  Ending wait(std::chrono::milliseconds limit = kPatience);

 private:
  using Clock = std::chrono::steady_clock;

  bool readSome(Clock::time_point deadline);  // false: nothing more will come, or not in time
  void kill() const;

  pid_t pid_ = -1;  // also its process group's number; -1 when it has been waited for
  UniqueFd output_;
  UniqueFd lifeline_;  // the guard in the group reads from it, and kills the group at its end
  Ending ending_;
};

}  // namespace poetry::readme
