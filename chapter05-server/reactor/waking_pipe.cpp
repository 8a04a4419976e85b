#include "reactor/waking_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "common/syscall.h"

namespace poetry {

WakingPipe::WakingPipe() {
  std::array<int, 2> ends{};
  checked(::pipe(ends.data()), "pipe");
  readEnd.reset(ends[0]);
  writeEnd.reset(ends[1]);
  for (const int end : ends) {
    setNonBlocking(end);
    checked(::fcntl(end, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
  }
}

void WakingPipe::write(char byte) const noexcept {
  static_cast<void>(!::write(writeEnd.get(), &byte, 1));
}

char WakingPipe::drain() const noexcept {
  char last = 0;
  std::array<char, 64> bytes;
  ssize_t count = 0;
  while ((count = ::read(readEnd.get(), bytes.data(), bytes.size())) > 0) {
    for (ssize_t i = 0; i < count; ++i) {
      const char byte = bytes[static_cast<std::size_t>(i)];
      if (byte != 0) last = byte;
    }
  }
  return last;
}

}  // namespace poetry
