#pragma once

#include <cstdio>
#include <functional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "reactor/failure.h"

namespace poetry {

#ifdef __cpp_lib_source_location
using SourceLocation = std::source_location;
#else
// For a compiler that does not have it yet, such as clang 14.
class SourceLocation {
 public:
  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          unsigned line = __builtin_LINE()) {
    SourceLocation here;
    here.file_ = file;
    here.line_ = line;
    return here;
  }
  constexpr const char* file_name() const { return file_; }
  constexpr unsigned line() const { return line_; }

 private:
  const char* file_ = "";
  unsigned line_ = 0;
};
#endif

// Is told of every unhandled error: once, when the last handle of its Deferred has gone. `madeAt`
// is where in the source the Deferred was made; line 0 if that is not known. What the hook throws
// is dropped.
using UnhandledErrorHook =
    std::function<void(const Failure& failure, const SourceLocation& madeAt)>;

namespace detail {

inline void printUnhandledError(const Failure& failure, const SourceLocation& madeAt) {
  const std::string message = failure.message();
  if (madeAt.line() == 0) {
    std::fprintf(stderr, "Unhandled error in a Deferred: %s\n", message.c_str());
    return;
  }
  const std::string_view path = madeAt.file_name();
  const std::string file(path.substr(path.rfind('/') + 1));
  std::fprintf(stderr, "Unhandled error in the Deferred made at %s:%u: %s\n", file.c_str(),
               static_cast<unsigned>(madeAt.line()), message.c_str());
}

// Never destroyed: a Deferred may outlive main().
inline UnhandledErrorHook& unhandledErrorHook() {
  static auto& hook = *new UnhandledErrorHook(printUnhandledError);
  return hook;
}

}  // namespace detail

// Replaces the hook, which prints a line on standard error unless told otherwise. Returns the old
// one.
inline UnhandledErrorHook setUnhandledErrorHook(UnhandledErrorHook hook) {
  return std::exchange(detail::unhandledErrorHook(), std::move(hook));
}

inline void reportUnhandledError(const Failure& failure, const SourceLocation& madeAt) noexcept {
  try {
    const UnhandledErrorHook hook = detail::unhandledErrorHook();  // it may be replaced meanwhile
    hook(failure, madeAt);
  } catch (...) {  // no one is left to tell: we may be in a destructor
  }
}

}  // namespace poetry
