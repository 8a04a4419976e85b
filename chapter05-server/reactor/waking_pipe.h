#pragma once

#include "common/unique_fd.h"

namespace poetry {

// A pipe that ends a loop's sleep: the loop watches one end, and code outside the loop writes to
// the other. Neither end ever blocks.
struct WakingPipe {
  WakingPipe();

  // Writes one byte. Async-signal-safe. A full pipe is no loss: its reader is awake already.
  void write(char byte) const noexcept;

  // Reads all that there is. Returns the last byte that is not zero, or 0.
  char drain() const noexcept;

  UniqueFd readEnd;
  UniqueFd writeEnd;
};

}  // namespace poetry
