#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

// What the servers that fastpoetry is measured beside have in common, and it is little. Whatever
// goes wrong first ends them, by name, exit code 1.
namespace poetry {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Passes on what a system call returned, or dies if that was -1.
inline int must(int result, const char* what) {
  if (result < 0) die(what);
  return result;
}

// The poem in the file that the first argument names.
inline std::string poemFrom(int argc, char** argv) {
  std::ifstream file(argc < 2 ? "" : argv[1]);
  if (!file) die("the poem");
  return {std::istreambuf_iterator<char>(file), {}};
}

inline sockaddr_in anyLoopbackPort() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A non-blocking socket that listens.
inline int listenSomewhere() {
  const int listener = must(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const sockaddr_in address = anyLoopbackPort();
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  must(::bind(listener, generic, sizeof address), "bind");
  must(::listen(listener, SOMAXCONN), "listen");
  return listener;
}

inline void sayPort(std::uint16_t port) {
  std::printf("%u\n", static_cast<unsigned>(port));
  std::fflush(stdout);
}

inline void sayPortOf(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  must(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  sayPort(ntohs(address.sin_port));
}

}  // namespace poetry
