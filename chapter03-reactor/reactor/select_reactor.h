#pragma once

#include "reactor/reactor_base.h"

namespace poetry {

// The reactor over select: chapter 2's loop, and nothing of its poetry.
class SelectReactor : public ReactorBase {
 private:
  void doIteration(std::optional<Duration> limit) override;
  std::unique_ptr<Watch> startWatching(int fd, bool forWriting) override;
  void loseClosed();
};

}  // namespace poetry
