// slow-load PID PORT POEM CLIENTS HELPING DELAY WINDOW: how punctual a slow server is, and what it
// costs.
//
// The server, whose process is PID, sends HELPING bytes of its poem to each client at once, and
// again after every DELAY seconds. 10,000 clients come a second, settle, and are then measured for
// WINDOW seconds. A chunk's time is counted from when its client's first one came: a server that
// drifts is late. When a chunk came is what the kernel says, so that it does not matter how fast we
// read.

#include <cstring>
#include <thread>

#include "plain.h"

using Clock = std::chrono::system_clock;  // the one that the kernel stamps what it receives with
using Time = Clock::time_point;

static double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

struct Client {
  int socket;
  Time first;             // when its first chunk came; until then: when it came itself
  std::size_t bytes = 0;  // of the poem, until now
};

static std::string poem;
static std::size_t helping;
static Clock::duration delay;
static const int epoll = makeEpoll();
static std::vector<Client> clients;  // which stay where they are
static std::size_t bytes = 0;        // of all clients
static Time windowBegin = Time::max(), windowEnd = Time::max();
static std::vector<double> lateness;  // of what was due in the window, in microseconds

static int withStamps(int socket) {
  setOption(socket, SOL_SOCKET, SO_TIMESTAMPNS);
  return socket;
}

// As recv, and `received` is when the kernel did.
static ssize_t receive(int socket, char* buffer, std::size_t size, Time& received) {
  iovec part{buffer, size};
  alignas(cmsghdr) char control[256];
  msghdr message{nullptr, 0, &part, 1, control, sizeof control, 0};
  const ssize_t count = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (count <= 0) return count;
  const cmsghdr* stamp = CMSG_FIRSTHDR(&message);
  if (stamp == nullptr || stamp->cmsg_type != SCM_TIMESTAMPNS) {
    if (windowBegin != Time::max()) fail("the kernel has put no stamp");
    received = Clock::now();  // it was only just asked to
    return count;
  }
  timespec time{};
  std::memcpy(&time, CMSG_DATA(stamp), sizeof time);
  received = Time(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  return count;
}

// These chunks of its poem came then.
static void note(const Client& client, std::size_t from, std::size_t to, Time received) {
  for (std::size_t i = from; i < to; ++i) {
    const Time due = client.first + delay * i;
    if (due > windowBegin && due <= windowEnd) lateness.push_back(microseconds(received - due));
  }
}

static void hear(Client& client) {
  char buffer[4096];
  Time received;
  const ssize_t count = receive(client.socket, buffer, sizeof buffer, received);
  if (count < 0 && errno == EAGAIN) return;
  const auto size = static_cast<std::size_t>(must(count, "recvmsg"));
  const std::size_t before = client.bytes / helping;
  if (poem.compare(client.bytes, size, buffer, size) != 0)
    fail("a slow server has sent something else");
  if (size == 0 && client.bytes < poem.size()) fail("a slow poem has ended too early");
  if (size == 0) must(::close(client.socket), "close");
  bytes += size;
  client.bytes += size;
  const std::size_t now = client.bytes / helping;
  // If we look so late that several are there, only the last one's time is known. It may have been
  // in time.
  if (client.bytes == size) client.first = received - delay * (now > 0 ? now - 1 : 0);
  note(client, before, now, received);
}

// Looks now and then, and sleeps: waking us for every chunk would be charged to the server.
static void listenUntil(Time end) {
  constexpr std::chrono::milliseconds kNap{2};
  for (;;) {
    while (eachReady(epoll, 0, [](epoll_data data) { hear(*static_cast<Client*>(data.ptr)); })) {
    }
    const Time now = Clock::now();
    if (now >= end) return;
    std::this_thread::sleep_for(std::min<Clock::duration>(kNap, end - now));
  }
}

static void come(int port, std::size_t count) {
  clients.reserve(count);
  const Time start = Clock::now();
  while (clients.size() < count) {
    listenUntil(start + std::chrono::microseconds(100) * clients.size());
    Client& client = clients.emplace_back(Client{withStamps(connectTo(port)), Clock::now()});
    watch(epoll, client.socket, {.ptr = &client});
  }
}

// So that what a server spends once, for the first client, is not counted for the others.
static void visit(int port) {
  const int socket = connectTo(port);
  std::string chunks(helping * 2, ' ');
  must(::recv(socket, chunks.data(), chunks.size(), MSG_WAITALL), "recv");
  ::close(socket);
}

// What the process has used. schedstat: nanoseconds on the core, and in its queue. statm: pages of
// addresses, and in memory.
struct Reading {
  explicit Reading(pid_t pid) : cpu(cpuSecondsOf(pid)) {
    const std::string folder = "/proc/" + std::to_string(pid);
    double first = 0;
    std::ifstream(folder + "/schedstat") >> first >> waited;
    std::ifstream(folder + "/statm") >> first >> pages;
  }
  double cpu, waited = 0, pages = 0;
  std::size_t chunks = bytes / helping;
};

static void print(const Reading& begin, const Reading& before, const Reading& after) {
  for (const Client& each : clients) {  // what has not come yet is late by as much as we know
    note(each, each.bytes / helping, poem.size() / helping, Clock::now());
  }
  const auto chunks = static_cast<double>(after.chunks - before.chunks);
  if (chunks == 0 || lateness.empty()) fail("a slow server has sent nothing");
  std::sort(lateness.begin(), lateness.end());
  const auto inTime = std::lower_bound(lateness.begin(), lateness.end(), microseconds(delay));
  std::printf(
      R"({"cpuPerChunk":%f,"median":%f,"ninetyNinth":%f,"inTime":%f,)"
      R"("bytesPerConnection":%f,"waited":%f})",
      (after.cpu - before.cpu) * 1e6 / chunks, lateness[lateness.size() / 2],
      lateness[lateness.size() * 99 / 100],
      100.0 * static_cast<double>(inTime - lateness.begin()) / static_cast<double>(lateness.size()),
      (before.pages - begin.pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) /
          static_cast<double>(clients.size()),
      (after.waited - before.waited) / microseconds(windowEnd - windowBegin) / 10);  // percent
}

int main(int argc, char** argv) {
  if (argc != 8) fail("usage: slow-load PID PORT POEM CLIENTS HELPING DELAY WINDOW", 2);
  const auto seconds = [](const char* text) {
    return std::chrono::round<Clock::duration>(std::chrono::duration<double>(std::atof(text)));
  };
  takeAllDescriptors();
  // The kernel stamps what it receives from soon after it was first asked to.
  withStamps(must(::socket(AF_INET, SOCK_DGRAM, 0), "socket"));
  const int pid = std::atoi(argv[1]), port = std::atoi(argv[2]);
  poem = poemIn(argv[3]);
  helping = std::strtoul(argv[5], nullptr, 10);
  delay = seconds(argv[6]);
  visit(port);
  const Reading begin(pid);
  come(port, std::strtoul(argv[4], nullptr, 10));
  listenUntil(Clock::now() + delay * 5);

  const Reading before(pid);
  windowBegin = Clock::now();
  windowEnd = windowBegin + seconds(argv[7]);
  listenUntil(windowEnd);
  const Reading after(pid);
  listenUntil(windowEnd + delay);  // what was due may still come
  print(begin, before, after);
}
