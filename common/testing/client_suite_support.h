#pragma once

// What the files of the black-box suite share.

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "common/testing/client_suite.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"

namespace poetry::testing {

constexpr std::chrono::seconds kSoon{
    5};  // for what has to happen: a slow machine may take its time
constexpr std::chrono::milliseconds kNotYet{200};  // for what must not: a wrong program is quicker

inline const std::string kShortPoem = "Roses are red,\nviolets are blue.\n";

using Arguments = std::vector<std::string>;

inline Arguments commandFor(const std::string& program, const Arguments& arguments) {
  Arguments command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

// The command of the client that the running test is about.
inline Arguments commandFor(const Arguments& arguments) {
  return commandFor(GetPoetry::GetParam().path, arguments);
}

inline Outcome runClient(const Arguments& arguments) {
  return run(commandFor(arguments));
}

// The client's command, in a world where common/testing/test_resolver.cpp knows the names. The
// second setting lets a program with the address sanitizer in it bear that.
inline Arguments commandWithTestResolver(const Arguments& arguments) {
  Arguments command = {"/usr/bin/env", "LD_PRELOAD=" LAB_TEST_RESOLVER,
                       "ASAN_OPTIONS=verify_asan_link_order=0"};
  const Arguments client = commandFor(arguments);
  command.insert(command.end(), client.begin(), client.end());
  return command;
}

inline std::string savedPoem(const TemporaryFolder& folder, int task) {
  return contentsOf(folder / fmt::format("poem-{}.txt", task));
}

// Waits until the client has saved a task's poem, all of it. False if it does not in time.
inline bool waitForPoem(const TemporaryFolder& folder, int task, const std::string& poem) {
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  while (savedPoem(folder, task) != poem) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace poetry::testing
