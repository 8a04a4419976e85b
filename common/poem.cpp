#include "common/poem.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "common/file.h"
#include "common/syscall.h"
#include "common/unique_fd.h"

namespace poetry {

std::string loadPoem(const std::string& path) {
  std::string poem = readFile(path);
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
