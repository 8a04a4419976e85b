#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/unique_fd.h"

namespace poetry::testing {

// How a program ended, and what it said.
struct Outcome {
  int exitCode = -1;      // -1 if a signal ended it
  int signal = 0;         // the signal that ended it, or 0
  bool timedOut = false;  // it did not end in time, and was killed
  std::string out;
  std::string err;
  double seconds = 0;  // from its start to its end
};

std::vector<std::string> linesOf(const std::string& text);

// Whether all of `text` is as the regular expression says, an extended one of POSIX.
bool matches(const std::string& text, const std::string& expression);

// A program under test: a child process with its standard output and error in our hands, and
// nothing on its standard input. Killed when this object goes, if it still runs by then.
class RunningProgram {
 public:
  enum class Output { kPipe, kTerminal };  // what its standard output is
  // What our signals reach: the program, or all that it starts, too. The standard input of a group
  // is not empty, but a pipe that ends when this process does.
  enum class Reach { kProgram, kGroup };

  static constexpr std::chrono::seconds kPatience{30};  // more than any test should need

  // `command`: the program's path, then its arguments. Throws std::system_error.
  explicit RunningProgram(const std::vector<std::string>& command, Output output = Output::kPipe,
                          Reach reach = Reach::kProgram);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void signal(int number) const;

  // Reads on until standard output holds `text`. False if the program ends, or time does, first.
  bool waitForOutput(const std::string& text, std::chrono::milliseconds limit = kPatience);

  // What has been read of its standard output.
  const std::string& outputSoFar() const { return outcome_.out; }

  // Reads all that it says until it ends. Kills what a group leaves behind.
  Outcome wait(std::chrono::milliseconds limit = kPatience);

 private:
  using Clock = std::chrono::steady_clock;

  bool readSome(Clock::time_point deadline);  // false: nothing more will come, or not in time

  Clock::time_point started_ = Clock::now();
  Reach reach_;
  pid_t pid_ = -1;  // -1 when it has been waited for
  UniqueFd in_;
  UniqueFd out_;
  UniqueFd err_;
  Outcome outcome_;
};

// Runs a program to its end.
Outcome run(const std::vector<std::string>& command,
            std::chrono::milliseconds limit = RunningProgram::kPatience);

}  // namespace poetry::testing
