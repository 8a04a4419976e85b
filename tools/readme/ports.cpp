// Finds ports that are free, and puts them in the place of those that a README shows.

#include "ports.h"

#include <sys/socket.h>

#include <cstdint>
#include <regex>
#include <stdexcept>

#include "common/address.h"
#include "common/syscall.h"

namespace poetry::readme {

namespace {

constexpr int kShown = 10000;
constexpr int kCount = 10;

// Below the ports that a system gives away by itself, so that nobody gets one of ours by chance.
constexpr int kLowest = 20000;
constexpr int kHighest = 30000;

// A socket bound to the port; empty if the port is taken.
UniqueFd boundTo(int port) {
  UniqueFd socket(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
  const int yes = 1;  // as the servers do: old connections do not matter
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  const Endpoint endpoint = resolve({kLoopback, static_cast<std::uint16_t>(port)}).front();
  if (::bind(socket.get(), endpoint.data(), endpoint.size()) < 0) return {};
  return socket;
}

// Whoever listens on the port has it alone.
UniqueFd lockedBy(int port) {
  UniqueFd socket = boundTo(port);
  if (socket && ::listen(socket.get(), 1) < 0) return {};
  return socket;
}

bool areFree(int first) {
  for (int port = first; port < first + kCount; ++port) {
    if (!boundTo(port)) return false;
  }
  return true;
}

// Replaces `from`, `from` + 1, … `from` + 9 by `to`, `to` + 1, … in `text`.
std::string replace(const std::string& text, int from, int to) {
  static const std::regex number(R"(\b\d{5}\b)");
  std::string result;
  auto copied = text.begin();
  for (std::sregex_iterator next(text.begin(), text.end(), number), end; next != end; ++next) {
    const int offset = std::stoi(next->str()) - from;
    if (offset < 0 || offset >= kCount) continue;
    result.append(copied, text.begin() + next->position()).append(std::to_string(to + offset));
    copied = text.begin() + next->position() + next->length();
  }
  return result.append(copied, text.end());
}

}  // namespace

// The ports come with one before them, which is their lock.
Ports::Ports() : first_(kLowest + 1) {
  for (; first_ + kCount < kHighest; first_ += kCount + 1) {
    lock_ = lockedBy(first_ - 1);
    if (lock_ && areFree(first_)) return;
  }
  throw std::runtime_error("no ten free ports");
}

std::string Ports::toReal(const std::string& text) const {
  return replace(text, kShown, first_);
}

std::string Ports::toShown(const std::string& text) const {
  return replace(text, first_, kShown);
}

}  // namespace poetry::readme
