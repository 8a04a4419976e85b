// poem-server: serves a poem, slowly, to any number of clients at once: the benchmark's other side.
//
//   poem-server --bytes 3000 --chunks 10 --delay 0.2 --ports 8
//
// It sends a chunk to each client as soon as it has accepted it, one more after every delay, and
// closes the connection a delay after the last: as slowpoetry does, but each client has a timetable
// of its own that counts from its accept(), so that a late chunk does not make the next one late.
//
// It prints one line of JSON when it listens, {"ports":[...]}, and one at the end, which says how
// many clients were served, how long the slowest took from accept() to close(), and what that cost.
//
// How it fails: a port or a descriptor that can not be had ends it, exit code 1. A client that goes
// before its poem's end is counted, and nothing else happens.
// How it stops: when its standard input ends, which also happens when whoever started it has died.
// Exit code 0. A signal ends it too, without the second line.

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/command_line.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "run_tool.h"

namespace poetry {

using Clock = std::chrono::steady_clock;

struct Timetable {
  std::size_t bytes = 3000;
  std::size_t chunks = 10;
  double delay = 0.1;  // seconds
  int ports = 1;
};

struct Connection {
  UniqueFd socket;
  Clock::time_point accepted;
  std::size_t step = 0;  // so many have been taken: `chunks` that send, and the one that closes
  std::size_t sent = 0;  // bytes
};

class PoemServer {
 public:
  explicit PoemServer(const Timetable& timetable)
      : timetable_(timetable), poem_(timetable.bytes, 'x') {
    watch(STDIN_FILENO);
    for (int i = 0; i < timetable.ports; ++i) listenSomewhere();
  }

  std::vector<int> ports() const {
    std::vector<int> ports;
    for (const UniqueFd& each : listeners_) ports.push_back(localEndpoint(each.get()).port());
    return ports;
  }

  // The loop. Returns when the standard input has ended.
  void serve() {
    while (!ended_) {
      takeDueSteps();
      for (const int fd : waitForReady()) handle(fd);
    }
  }

  // As JSON.
  std::string figures() const {
    rusage usage{};
    checked(::getrusage(RUSAGE_SELF, &usage), "getrusage");
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return fmt::format(R"({{"served":{},"left":{},"slowestSeconds":{},"cpuSeconds":{}}})", served_,
                       left_, std::chrono::duration<double>(slowest_).count(),
                       seconds(usage.ru_utime) + seconds(usage.ru_stime));
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event),
            fd == STDIN_FILENO ? "watch the standard input (a file can not be)" : "epoll_ctl");
  }

  void listenSomewhere() {
    constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    UniqueFd listener(checked(::socket(AF_INET, type, 0), "socket"));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    checked(::bind(listener.get(), generic, sizeof address), "bind");
    // Accepted sockets inherit this. Without it, the kernel may hold a small chunk back until the
    // one before is acknowledged, which can take 40 ms.
    const int yes = 1;
    checked(::setsockopt(listener.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), "setsockopt");
    checked(::listen(listener.get(), SOMAXCONN), "listen");
    watch(listener.get());
    listeners_.push_back(std::move(listener));
  }

  // What is ready. Sleeps until something is, or the next step is due.
  std::vector<int> waitForReady() {
    std::array<epoll_event, 16> events;
    const int size = static_cast<int>(events.size());
    const int count = ::epoll_wait(epoll_.get(), events.data(), size, untilNextStep());
    if (count < 0 && errno == EINTR) return {};
    checked(count, "epoll_wait");
    std::vector<int> ready;
    for (int i = 0; i < count; ++i) ready.push_back(events[static_cast<std::size_t>(i)].data.fd);
    return ready;
  }

  // In epoll's milliseconds: rounded up, so we may wake a little late, but not in vain.
  int untilNextStep() const {
    if (due_.empty()) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(due_.begin()->first - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
  }

  void handle(int fd) {
    if (fd != STDIN_FILENO) return acceptAll(fd);
    std::array<char, 256> ignored;
    ended_ = checked(::read(STDIN_FILENO, ignored.data(), ignored.size()), "read stdin") == 0;
  }

  // Empties a listener's queue. A full one would drop the next SYN, and that costs a second.
  void acceptAll(int listener) {
    for (;;) {
      UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket && errno == EAGAIN) return;
      if (!socket && errno == ECONNABORTED) continue;
      checked(socket.get(), "accept");
      const Clock::time_point now = Clock::now();
      due_.emplace(now, Connection{.socket = std::move(socket), .accepted = now});
    }
  }

  // Takes the steps whose time has come; only so many at once, for the listeners' sake.
  void takeDueSteps() {
    constexpr int kMost = 64;
    const Clock::time_point now = Clock::now();
    for (int i = 0; i < kMost && !due_.empty() && due_.begin()->first <= now; ++i) {
      auto entry = due_.extract(due_.begin());
      if (!takeStep(entry.mapped())) continue;
      entry.key() = timeOfNextStep(entry.mapped());
      due_.insert(std::move(entry));
    }
  }

  Clock::time_point timeOfNextStep(const Connection& connection) const {
    const std::chrono::duration<double> time(timetable_.delay *
                                             static_cast<double>(connection.step));
    return connection.accepted + std::chrono::duration_cast<Clock::duration>(time);
  }

  // Returns whether there is a next step. If not, the connection may go.
  bool takeStep(Connection& connection) {
    if (connection.sent == poem_.size() && connection.step >= timetable_.chunks) {
      ++served_;
      slowest_ = std::max(slowest_, Clock::now() - connection.accepted);
      return false;
    }
    const bool there = sendUpToNow(connection);
    ++connection.step;
    if (!there) ++left_;
    return there;
  }

  // Sends the bytes that the client should have by now. What its kernel does not take (a client
  // that reads slowly) goes with the next step. Returns false if nobody is there any more.
  bool sendUpToNow(Connection& connection) {
    const std::size_t steps = std::min(connection.step + 1, timetable_.chunks);
    const std::size_t upTo = poem_.size() * steps / timetable_.chunks;
    const ssize_t count = ::send(connection.socket.get(), poem_.data() + connection.sent,
                                 upTo - connection.sent, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    connection.sent += static_cast<std::size_t>(count);
    return true;
  }

  Timetable timetable_;
  std::string poem_;
  UniqueFd epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::vector<UniqueFd> listeners_;
  std::multimap<Clock::time_point, Connection> due_;  // by the time of the next step
  bool ended_ = false;
  int served_ = 0;
  int left_ = 0;
  Clock::duration slowest_{};
};

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void run(const Timetable& timetable) {
  raiseDescriptorLimit();
  PoemServer server(timetable);
  say(fmt::format(R"({{"ports":[{}]}})", fmt::join(server.ports(), ",")));
  server.serve();
  say(server.figures());
}

CommandLine commandLineFor(Timetable& timetable) {
  CommandLine line("Serves a poem, slowly, to any number of clients; ends with its input.",
                   "Example:\n  sleep 5 | build/tools/bench/poem-server --chunks 20");
  line.add("--bytes", timetable.bytes, "The poem's size").showDefault();
  line.add("--chunks", timetable.chunks, "In so many pieces").positive().showDefault();
  line.add("--delay", timetable.delay, "Seconds between two pieces")
      .between(0.0, 3600.0)
      .showDefault();
  line.add("--ports", timetable.ports, "Listen on so many ports of the loopback")
      .between(1, 1000)
      .showDefault();
  return line;
}

int runMain(int argc, char** argv) {
  Timetable timetable;
  CommandLine line = commandLineFor(timetable);
  return runTool("poem-server", line, argc, argv, [&] { run(timetable); });
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runMain(argc, argv);
}
