#include "slow_load.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include "common/syscall.h"
#include "poem_load.h"

namespace poetry {

namespace {

using Clock = std::chrono::system_clock;  // the one that the kernel stamps what it receives with
using Time = Clock::time_point;

struct Chunk {
  std::string_view bytes;
  Time received;
  bool isEnd = false;
};

Time timeIn(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(each), sizeof time);
    return Time(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
  throw std::runtime_error("the kernel did not say when it received something");
}

// What has come, or nothing. `buffer` holds it.
Chunk receive(int socket, std::array<char, 4096>& buffer) {
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 256> control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t count = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return {};
  if (checked(count, "recvmsg") == 0) return {.bytes = {}, .received = {}, .isEnd = true};
  return {std::string_view(buffer.data(), static_cast<std::size_t>(count)), timeIn(message)};
}

UniqueFd withStamps(UniqueFd socket) {
  const int yes = 1;
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes),
          "setsockopt SO_TIMESTAMPNS");
  return socket;
}

class Audience {
 public:
  Audience(std::uint16_t port, const std::string& poem, const SlowTimetable& timetable)
      : port_(port), poem_(poem), timetable_(timetable) {
    clients_.reserve(timetable.clients);
  }

  void come() {
    const Time start = Clock::now();
    const auto count = static_cast<std::chrono::nanoseconds::rep>(timetable_.clients);
    for (std::chrono::nanoseconds::rep i = 0; i < count; ++i) {
      listenUntil(start + timetable_.coming * i / count);
      admit();
    }
  }

  // From now on, what is due until `end` counts.
  void beginWindow(Time end) {
    windowBegins_ = Clock::now();
    windowEnds_ = end;
  }

  // Looks now and then, and sleeps: to wake us for every chunk would be on the server's account.
  void listenUntil(Time end) {
    constexpr std::chrono::milliseconds kNap{2};
    for (;;) {
      hearWhatIsThere();
      const Time now = Clock::now();
      if (now >= end) return;
      std::this_thread::sleep_for(std::min<Clock::duration>(kNap, end - now));
    }
  }

  std::size_t chunks() const { return bytes_ / timetable_.helping; }  // until now

  // How late the chunks were that were due in the window, in microseconds, in order. One that has
  // not come yet is late by as much as we know of until now.
  std::vector<double> lateness() {
    const Time now = Clock::now();
    for (const Client& client : clients_) {
      const std::size_t all = poem_.size() / timetable_.helping;
      for (std::size_t i = chunksOf(client); i < all; ++i) note(dueTime(client, i), now);
    }
    std::sort(lateness_.begin(), lateness_.end());
    return std::move(lateness_);
  }

 private:
  struct Client {
    UniqueFd socket;
    Time first;             // when its first chunk came; until then: when it came itself
    std::size_t bytes = 0;  // of the poem, until now
  };

  std::size_t chunksOf(const Client& client) const { return client.bytes / timetable_.helping; }

  // The number of the last chunk that it has, from zero on.
  long lastOf(const Client& client) const {
    return client.bytes < timetable_.helping ? 0 : static_cast<long>(chunksOf(client)) - 1;
  }

  Time dueTime(const Client& client, std::size_t chunk) const {
    return client.first + timetable_.delay * static_cast<long>(chunk);
  }

  void admit() {
    clients_.push_back({withStamps(connectTo(port_)), Clock::now()});
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &clients_.back();
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients_.back().socket.get(), &event),
            "epoll_ctl");
  }

  void hearWhatIsThere() {
    std::array<epoll_event, 256> events;
    const int size = static_cast<int>(events.size());
    int count = size;
    while (count == size) {
      count = checked(::epoll_wait(epoll_.get(), events.data(), size, 0), "epoll_wait");
      for (int i = 0; i < count; ++i) {
        hear(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
      }
    }
  }

  void hear(Client& client) {
    std::array<char, 4096> buffer;
    const Chunk chunk = receive(client.socket.get(), buffer);
    if (chunk.isEnd) return end(client);
    if (chunk.bytes.empty()) return;  // nothing had come after all
    if (poem_.compare(client.bytes, chunk.bytes.size(), chunk.bytes) != 0) {
      throw std::runtime_error("a slow server has sent something else than its poem");
    }
    const bool isFirst = client.bytes == 0;
    const std::size_t before = chunksOf(client);
    client.bytes += chunk.bytes.size();
    // If we look so late that several are there, only the last one's time is known. It may have
    // been in time.
    if (isFirst) client.first = chunk.received - timetable_.delay * lastOf(client);
    bytes_ += chunk.bytes.size();
    for (std::size_t i = before; i < chunksOf(client); ++i) {
      note(dueTime(client, i), chunk.received);
    }
  }

  void end(Client& client) const {
    if (client.bytes < poem_.size()) throw std::runtime_error("a slow poem has ended too early");
    client.socket.reset();
  }

  void note(Time due, Time received) {
    if (due <= windowBegins_ || due > windowEnds_) return;
    lateness_.push_back(std::chrono::duration<double, std::micro>(received - due).count());
  }

  std::uint16_t port_;
  const std::string& poem_;
  const SlowTimetable& timetable_;
  UniqueFd epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::vector<Client> clients_;  // which stay where they are
  std::size_t bytes_ = 0;
  Time windowBegins_ = Time::max();
  Time windowEnds_ = Time::max();
  std::vector<double> lateness_;
};

double percentBelow(std::chrono::nanoseconds limit, const std::vector<double>& sorted) {
  const double microseconds = std::chrono::duration<double, std::micro>(limit).count();
  const auto end = std::lower_bound(sorted.begin(), sorted.end(), microseconds);
  return 100.0 * static_cast<double>(end - sorted.begin()) / static_cast<double>(sorted.size());
}

// So that what a server takes once, for the first client, is not taken for the others.
void visit(const ServerProcess& server, const SlowTimetable& timetable) {
  const UniqueFd socket = connectTo(server.port());
  std::vector<char> chunks(timetable.helping * 2);
  checked(::recv(socket.get(), chunks.data(), chunks.size(), MSG_WAITALL), "recv");
}

}  // namespace

SlowFigures measureSlowly(const ServerProcess& server, const std::string& poem,
                          const SlowTimetable& timetable) {
  // The kernel stamps what it receives from soon after somebody has asked for it.
  const UniqueFd asking = withStamps(UniqueFd(checked(::socket(AF_INET, SOCK_DGRAM, 0), "socket")));
  visit(server, timetable);
  const auto bytesBefore = static_cast<double>(server.residentBytes());
  Audience audience(server.port(), poem, timetable);
  audience.come();
  audience.listenUntil(Clock::now() + timetable.settling);

  const auto bytesAfter = static_cast<double>(server.residentBytes());
  const std::size_t chunksBefore = audience.chunks();
  const double cpuBefore = server.cpuSeconds();
  const double waitedBefore = server.waitedSeconds();
  const Time end = Clock::now() + timetable.window;
  audience.beginWindow(end);
  audience.listenUntil(end);
  const double cpu = server.cpuSeconds() - cpuBefore;
  const double waited = server.waitedSeconds() - waitedBefore;
  const auto chunks = static_cast<double>(audience.chunks() - chunksBefore);
  audience.listenUntil(end + timetable.delay);  // what was due may still come

  const std::vector<double> late = audience.lateness();
  if (chunks == 0 || late.empty()) throw std::runtime_error("a slow server has sent nothing");
  return {.cpuPerChunk = cpu * 1e6 / chunks,
          .median = late[late.size() / 2],
          .ninetyNinth = late[late.size() * 99 / 100],
          .inTime = percentBelow(timetable.delay, late),
          .bytesPerConnection = (bytesAfter - bytesBefore) / static_cast<double>(timetable.clients),
          .waited = 100 * waited / std::chrono::duration<double>(timetable.window).count()};
}

}  // namespace poetry
