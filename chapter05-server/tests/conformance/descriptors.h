#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

#include "common/syscall.h"
#include "common/unique_fd.h"
#include "reactor/reactor.h"

namespace poetry::testing {

// A pipe, both ends non-blocking.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    checked(::pipe(ends.data()), "pipe");
    readEnd.reset(ends[0]);
    writeEnd.reset(ends[1]);
    for (const int end : ends) setNonBlocking(end);
  }

  void write(const std::string& bytes) const {
    writeAll(writeEnd.get(), bytes.data(), bytes.size());
  }

  std::string read() const {
    std::array<char, 4096> buffer;
    const ssize_t count = checked(::read(readEnd.get(), buffer.data(), buffer.size()), "read");
    return {buffer.data(), static_cast<std::size_t>(count)};
  }

  UniqueFd readEnd;
  UniqueFd writeEnd;
};

// A reader and a writer whose handlers a test writes on the spot.
struct TestReader : Reader {
  TestReader(int fd_, std::function<void()> onRead_) : fd(fd_), onRead(std::move(onRead_)) {}
  int fileno() const override { return fd; }
  std::string logPrefix() const override { return "a reader of the test's"; }
  void doRead() override { onRead(); }
  void connectionLost(const Failure& reason) override { lost.push_back(reason.message()); }

  int fd;
  std::function<void()> onRead;
  std::vector<std::string> lost;  // why, each time that connectionLost was called
};

struct TestWriter : Writer {
  TestWriter(int fd_, std::function<void()> onWrite_) : fd(fd_), onWrite(std::move(onWrite_)) {}
  int fileno() const override { return fd; }
  std::string logPrefix() const override { return "a writer of the test's"; }
  void doWrite() override { onWrite(); }
  void connectionLost(const Failure& reason) override { lost.push_back(reason.message()); }

  int fd;
  std::function<void()> onWrite;
  std::vector<std::string> lost;
};

}  // namespace poetry::testing
