#include "common/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

#include "common/syscall.h"
#include "common/unique_fd.h"

namespace poetry {

std::string readFile(const std::string& path) {
  UniqueFd file(checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()));
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    checked(count, path.c_str());  // a directory opens well enough, and says EISDIR here
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void writeFile(const std::string& path, std::string_view bytes, const std::string& opening) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                       &std::fclose);
  if (!file) throwErrno(opening + " " + path);
  const std::size_t written = std::fwrite(bytes.data(), 1, bytes.size(), file.get());
  // A full disk may show itself only when the buffers are flushed.
  if (written != bytes.size() || std::fclose(file.release()) != 0) throwErrno("write " + path);
}

}  // namespace poetry
