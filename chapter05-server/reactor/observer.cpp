#include "reactor/observer.h"

#include <fmt/format.h>

#include <string_view>

#include "reactor/poller.h"

namespace poetry {

std::string nameOf(const Handler& handler) {
  if (handler.watch != nullptr) return handler.watch->name;
  const std::string_view path = handler.where.file;
  return fmt::format("the call from {}:{}", path.substr(path.rfind('/') + 1), handler.where.line);
}

}  // namespace poetry
