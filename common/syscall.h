#pragma once

#include <cerrno>
#include <cstddef>
#include <string>

namespace poetry {

// Throws std::system_error for `error`. Its what() names the call and the reason:
// "connect 127.0.0.1:10000: Connection refused".
[[noreturn]] void throwErrno(const std::string& what, int error = errno);

// Passes on what a system call returned, or throws as above if that was -1.
template <typename Result>
Result checked(Result result, const char* what) {
  if (result == -1) throwErrno(what);
  return result;
}

// Makes a descriptor non-blocking: a call that would have to wait fails with EAGAIN instead.
void setNonBlocking(int fd);

// Writes all of it, however long that takes. Throws std::system_error.
void writeAll(int fd, const char* data, std::size_t size);

// Lets this process open as many descriptors as the system allows it (the soft limit is often
// 1,024, the hard one far higher). Returns how many that are.
std::size_t raiseDescriptorLimit();

}  // namespace poetry
