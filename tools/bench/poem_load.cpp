#include "poem_load.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "common/syscall.h"

namespace poetry {

namespace {

using Clock = std::chrono::steady_clock;

constexpr timeval kLimit{20, 0};  // for whatever a client waits for

enum class Progress { kMore, kLater, kEnd };

// A client that compares what it hears with what it is to hear.
class Reception {
 public:
  Reception(UniqueFd socket, std::string_view expected)
      : socket_(std::move(socket)), expected_(expected) {}

  int fd() const { return socket_.get(); }

  Progress hear(int flags) {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), flags);
    if (count < 0 && errno == EAGAIN && (flags & MSG_DONTWAIT) != 0) return Progress::kLater;
    checked(count, "recv");
    const std::string_view heard(buffer.data(), static_cast<std::size_t>(count));
    if (!expected_.starts_with(heard)) throw std::runtime_error("a server has sent something else");
    expected_.remove_prefix(heard.size());
    if (count > 0) return Progress::kMore;
    if (!expected_.empty()) throw std::runtime_error("a server has closed before the end");
    return Progress::kEnd;
  }

 private:
  UniqueFd socket_;
  std::string_view expected_;  // still
};

UniqueFd ask(std::uint16_t port, const std::string& request) {
  UniqueFd socket = connectTo(port);
  if (request.empty()) return socket;
  writeAll(socket.get(), request.data(), request.size());
  checked(::shutdown(socket.get(), SHUT_WR), "shutdown");
  return socket;
}

// Clients who come at their times, and one loop for them all. It does not sleep: to be woken takes
// time, too.
class OpenLoop {
 public:
  OpenLoop(std::uint16_t port, const std::string& poem) : port_(port), poem_(poem) {}

  std::vector<double> run(std::size_t poems, Clock::duration period) {
    const auto start = Clock::now() + period;
    for (std::size_t come = 0; latencies_.size() < poems;) {
      const auto due = start + period * come;
      if (come < poems && Clock::now() >= due) {
        admit(due);
        ++come;
      }
      hearWhatIsThere();
    }
    return std::move(latencies_);
  }

 private:
  struct Client {
    Reception reception;
    Clock::time_point due;
  };

  void admit(Clock::time_point due) {
    Reception reception(connectTo(port_), poem_);
    const int fd = reception.fd();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    clients_.emplace(fd, Client{std::move(reception), due});
  }

  void hearWhatIsThere() {
    std::array<epoll_event, 16> events;
    const int size = static_cast<int>(events.size());
    const int count = checked(::epoll_wait(epoll_.get(), events.data(), size, 0), "epoll_wait");
    for (int i = 0; i < count; ++i) hear(events[static_cast<std::size_t>(i)].data.fd);
  }

  void hear(int fd) {
    Client& client = clients_.at(fd);
    Progress progress = Progress::kMore;
    while (progress == Progress::kMore) progress = client.reception.hear(MSG_DONTWAIT);
    if (progress != Progress::kEnd) return;
    const std::chrono::duration<double, std::micro> taken = Clock::now() - client.due;
    latencies_.push_back(taken.count());
    clients_.erase(fd);
  }

  std::uint16_t port_;
  const std::string& poem_;
  UniqueFd epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::map<int, Client> clients_;
  std::vector<double> latencies_;
};

}  // namespace

UniqueFd connectTo(std::uint16_t port) {
  UniqueFd socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof kLimit),
          "setsockopt SO_RCVTIMEO");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  checked(::connect(socket.get(), generic, sizeof address), "connect");
  return socket;
}

// We listen only when the server has nothing left to do: to wake us would be on its account.
double cpuSecondsOfBurst(const ServerProcess& server, std::size_t clients,
                         const Exchange& exchange) {
  server.waitUntilIdle();
  server.stop();
  std::vector<Reception> receptions;
  for (std::size_t i = 0; i < clients; ++i) {
    receptions.emplace_back(ask(server.port(), exchange.request), exchange.answer);
  }
  const double before = server.cpuSeconds();
  server.resume();
  server.waitUntilIdle();
  for (Reception& reception : receptions) {
    while (reception.hear(0) != Progress::kEnd) {
    }
  }
  receptions.clear();
  server.waitUntilIdle();
  return server.cpuSeconds() - before;
}

std::size_t burstOfAtMost(std::size_t wanted) {
  constexpr std::size_t kOthers = 100;  // descriptors that are no client's
  std::size_t backlog = SOMAXCONN;
  std::ifstream("/proc/sys/net/core/somaxconn") >> backlog;
  return std::min({wanted, backlog, raiseDescriptorLimit() - kOthers});
}

Latency latencyOf(const ServerProcess& server, const std::string& poem, std::size_t poems,
                  double perSecond) {
  const std::chrono::duration<double> period(1 / perSecond);
  std::vector<double> all =
      OpenLoop(server.port(), poem).run(poems, std::chrono::duration_cast<Clock::duration>(period));
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all[all.size() * 99 / 100]};
}

}  // namespace poetry
