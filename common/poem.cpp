#include "common/poem.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "common/syscall.h"
#include "common/unique_fd.h"

namespace poetry {

std::string loadPoem(const std::string& path) {
  UniqueFd file(checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()));
  std::string poem;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    checked(count, path.c_str());  // a directory opens well enough, and says EISDIR here
    if (count == 0) break;
    poem.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (poem.empty()) throw std::runtime_error(path + ": the file is empty, there is no poem in it");
  return poem;
}

void savePoem(const std::string& folder, int task, const std::string& poem) {
  const std::string path = fmt::format("{}/poem-{}.txt", folder, task);
  const std::string draft = path + ".part";
  UniqueFd file(checked(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666),
                        draft.c_str()));
  try {
    writeAll(file.get(), poem.data(), poem.size());
    checked(std::rename(draft.c_str(), path.c_str()), "rename");
  } catch (const std::system_error& error) {
    ::unlink(draft.c_str());
    throwErrno(path, error.code().value());
  }
}

void makeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw std::system_error(error, folder);
}

}  // namespace poetry
