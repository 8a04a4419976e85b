#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>

#include "common/testing/temporary_folder.h"

// What a client has saved that was run with --save.

namespace poetry::testing {

constexpr std::chrono::seconds kSoon{
    5};  // for what has to happen: a slow machine may take its time

inline std::string savedPoem(const TemporaryFolder& folder, int task) {
  return contentsOf(folder / fmt::format("poem-{}.txt", task));
}

// Waits until `condition()` holds. False if it does not in time.
template <typename Condition>
bool waitUntil(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// Waits until the client has saved a task's poem, all of it. False if it does not in time.
inline bool waitForPoem(const TemporaryFolder& folder, int task, const std::string& poem) {
  return waitUntil([&] { return savedPoem(folder, task) == poem; });
}

}  // namespace poetry::testing
