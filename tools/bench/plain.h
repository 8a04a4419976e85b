#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <string>
#include <vector>

// What the plain programs here have in common: sockets on the loopback, and epoll. Whatever goes
// wrong first ends them, by name, exit code 1.

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

[[noreturn]] inline void fail(const char* what, int exitCode = 1) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(exitCode);
}

// Passes on what a system call returned, or dies if that was -1.
template <typename Result>
Result must(Result result, const char* what) {
  if (result < 0) die(what);
  return result;
}

inline std::string poemIn(const char* path) {
  std::ifstream file(path == nullptr ? "" : path);
  if (!file) die("the poem");
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void takeAllDescriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A port of the loopback, in the form that sockets take; 0 is any.
struct Loopback {
  sockaddr_in address{};
  socklen_t size = sizeof address;

  explicit Loopback(int port = 0) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
  }
  sockaddr* data() { return reinterpret_cast<sockaddr*>(&address); }
};

// A connection to a server. With SOCK_NONBLOCK it is not made yet.
inline int connectTo(int port, int flags = 0) {
  const int client = must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket");
  Loopback server(port);
  if (::connect(client, server.data(), server.size) < 0 && errno != EINPROGRESS) die("connect");
  return client;
}

inline int listenSomewhere() {
  const int listener = must(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  Loopback any;
  must(::bind(listener, any.data(), any.size), "bind");
  return must(::listen(listener, SOMAXCONN), "listen"), listener;
}

inline void sayPortOf(int listener) {
  Loopback here;
  must(::getsockname(listener, here.data(), &here.size), "getsockname");
  std::printf("%d\n", ntohs(here.address.sin_port));
  std::fflush(stdout);
}

inline void setOption(int socket, int level, int option) {
  const int yes = 1;
  must(::setsockopt(socket, level, option, &yes, sizeof yes), "setsockopt");
}

// Turns off Nagle's algorithm: it holds small chunks until earlier ones are acknowledged, and a
// delayed ACK can take 40 ms. A listener's clients inherit it.
inline void sendAtOnce(int socket) {
  setOption(socket, IPPROTO_TCP, TCP_NODELAY);
}

inline int makeEpoll() {
  return must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
}

inline void watch(int epoll, int fd, epoll_data what, std::uint32_t events = EPOLLIN) {
  epoll_event event{events, what};
  must(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

// Waits for at most that long, and calls `handle` with the data of what is ready.
// Returns whether there may be more.
template <typename Handle>
bool eachReady(int epoll, int milliseconds, const Handle& handle) {
  constexpr int kMost = 256;
  epoll_event events[kMost];
  const int count = ::epoll_wait(epoll, events, kMost, milliseconds);
  if (count < 0 && errno != EINTR) die("epoll_wait");
  for (int i = 0; i < count; ++i) handle(events[i].data);
  return count == kMost;
}

// User and system, of the process so far; 0 is this one.
inline double cpuSecondsOf(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0) die("clock_getcpuclockid");
  must(::clock_gettime(clock, &time), "clock_gettime");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}
