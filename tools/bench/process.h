#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "common/unique_fd.h"

namespace poetry {

// What the kernel says of a program that has ended.
struct Exit {
  int exitCode = 0;  // 128 + the signal's number, as in a shell, if one has ended it
  double cpuSeconds = 0;
  std::size_t peakBytes = 0;  // the most physical memory it has had at once
};

// The descriptors that a program gets as its first three. Not owned.
struct Streams {
  int input;
  int output;
  int errors;
};

// A program that we have started. If it has not been waited for, it is killed when this goes.
class Process {
 public:
  // Starts it; `command` is its path and its arguments. It gets no other descriptor of ours, if all
  // are close-on-exec. After `seconds` it dies of SIGALRM. Throws std::system_error.
  Process(const std::vector<std::string>& command, const Streams& streams, unsigned seconds);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Sleeps until it has ended. Call it once.
  Exit wait();

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;  // 0: waited for
};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

// A pipe whose ends no other program inherits. Throws std::system_error.
Pipe makePipe();

// What comes out of a descriptor until the line ends, or the stream does.
std::string readLine(int fd);

}  // namespace poetry
