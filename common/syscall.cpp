#include "common/syscall.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <system_error>
#include <utility>

namespace poetry {

void throwErrno(const std::string& what, int error) {
  throw std::system_error(error, std::generic_category(), what);
}

void setNonBlocking(int fd) {
  const int flags = checked(::fcntl(fd, F_GETFL), "fcntl F_GETFL");
  checked(::fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl F_SETFL");
}

void writeAll(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      // A process that shares our terminal has made it non-blocking. We wait all the same.
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
      continue;
    }
    checked(count, "write");
    // A short write is no error: a pipe takes what fits.
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

std::size_t raiseDescriptorLimit() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  rlim_t most = limit.rlim_max;
#ifdef OPEN_MAX
  most = std::min<rlim_t>(most, OPEN_MAX);  // macOS calls its hard limit infinite, and means this
#endif
  const rlim_t before = std::exchange(limit.rlim_cur, most);
  // Refused? Then the old limit holds, and that is all right.
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace poetry
