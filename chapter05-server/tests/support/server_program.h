#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/syscall.h"
#include "common/testing/running_program.h"
#include "common/unique_fd.h"

namespace poetry::testing {

// A server of this chapter, running.
class ServerProgram {
 public:
  ServerProgram(const std::string& name, const std::vector<std::string>& arguments)
      : program_(commandFor(name, arguments)) {
    EXPECT_TRUE(program_.waitForOutput(".\n")) << name << " does not serve";
  }

  static std::vector<std::string> commandFor(const std::string& name,
                                             const std::vector<std::string>& arguments) {
    std::vector<std::string> command{LAB_PROGRAMS "/" + name};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }

  // From its first line: "Serving poetry/science.txt on port 10000."
  Address address() const {
    const std::string line = linesOf(program_.outputSoFar()).at(0);
    const std::size_t port = line.rfind(' ') + 1;
    return parseAddress(line.substr(port, line.rfind('.') - port));
  }

  bool waitForOutput(const std::string& text) { return program_.waitForOutput(text); }
  void signal(int number) const { program_.signal(number); }
  Outcome wait() { return program_.wait(); }

  Outcome stop(int number = SIGTERM) {
    signal(number);
    return wait();
  }

 private:
  RunningProgram program_;
};

// A client's side of a connection; it blocks, but not forever.
class ClientSocket {
 public:
  explicit ClientSocket(const Address& address) {
    const Endpoint endpoint = resolve(address).front();
    socket_.reset(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setSendLimit(patience);
    checked(::connect(socket_.get(), endpoint.data(), endpoint.size()), "connect");
  }

  // How long to wait until the server takes some of what is sent.
  void setSendLimit(const timeval& limit) const {
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  // What the server calls us.
  std::string name() const { return toString(localEndpoint(socket_.get())); }

  // False if the server does not take it, all of it.
  bool send(const std::string& bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count =
          ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count < 0) return false;
      sent += static_cast<std::size_t>(count);
    }
    return true;
  }

  void endSending() const { ::shutdown(socket_.get(), SHUT_WR); }

  // The next `size` bytes; less, if that was all, or the connection is broken.
  std::string read(std::size_t size) const {
    std::string bytes(size, '\0');
    const ssize_t count = ::recv(socket_.get(), bytes.data(), size, MSG_WAITALL);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }

  // All until the server closes; followed by the reason if the connection broke.
  std::string readToTheEnd() const {
    std::string all;
    std::array<char, 65536> buffer;
    ssize_t count = 0;
    while ((count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0) {
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count == 0 ? all : all + "<" + std::strerror(errno) + ">";
  }

  // Goes, in such a way that the server gets a reset.
  void reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
  }

  void close() { socket_.reset(); }

 private:
  UniqueFd socket_;
};

inline const std::string kBroken = "<Connection reset by peer>";

}  // namespace poetry::testing
