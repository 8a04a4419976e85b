#pragma once

#include <unistd.h>

#include <utility>

namespace poetry {

// Owns one file descriptor: a socket, a file, a pipe's end, an epoll. Closes it when it goes.
// Moves, does not copy. An empty one holds -1.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // Gives the descriptor away: the caller closes it.
  int release() { return std::exchange(fd_, -1); }

  void reset(int fd = -1) {
    // close() may report EINTR or an old write error; the descriptor is gone all the same, and
    // closing it again could close a newer one. So its result has no use here.
    if (const int old = std::exchange(fd_, fd); old >= 0) ::close(old);
  }

 private:
  int fd_ = -1;
};

}  // namespace poetry
