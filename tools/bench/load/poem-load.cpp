// poem-load PORT POEM CLIENTS PER-SECOND: how long clients wait for a poem when they come at their
// times, PER-SECOND of them, however long the others take.
//
// A latency is from when a client was to connect until it has the poem and the connection is
// closed, in microseconds. As many clients as count come first, to warm the server up.

#include "plain.h"

using Clock = std::chrono::steady_clock;

struct Client {
  Clock::time_point due;
  std::string_view expected;  // still
  int socket = -1;
};

// Reads what is there. Returns whether the poem has ended.
static bool hasEnded(Client& client) {
  static char buffer[65536];
  for (;;) {
    const ssize_t count = ::recv(client.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return false;
    const std::string_view heard(buffer, static_cast<std::size_t>(must(count, "recv")));
    if (!client.expected.starts_with(heard)) fail("a server has sent something else");
    client.expected.remove_prefix(heard.size());
    if (count > 0) continue;
    if (!client.expected.empty()) fail("a server has closed before the end");
    return true;
  }
}

// The latencies, sorted. It does not sleep: being woken takes time, too.
static std::vector<double> run(int port, const std::string& poem, std::size_t count,
                               Clock::duration period) {
  const int epoll = makeEpoll();
  std::vector<Client> clients;
  clients.reserve(count);  // they stay where they are
  std::vector<double> latencies;
  for (const auto start = Clock::now() + period; latencies.size() < count;) {
    const auto due = start + period * clients.size();
    if (clients.size() < count && Clock::now() >= due) {
      Client& client = clients.emplace_back(Client{due, poem});
      client.socket = connectTo(port);
      watch(epoll, client.socket, {.ptr = &client});
    }
    eachReady(epoll, 0, [&](epoll_data data) {
      auto& client = *static_cast<Client*>(data.ptr);
      if (!hasEnded(client)) return;
      const std::chrono::duration<double, std::micro> taken = Clock::now() - client.due;
      latencies.push_back(taken.count());
      ::close(client.socket);
    });
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

int main(int argc, char** argv) {
  if (argc != 5) fail("usage: poem-load PORT POEM CLIENTS PER-SECOND", 2);
  const int port = std::atoi(argv[1]);
  const std::string poem = poemIn(argv[2]);
  const std::size_t clients = std::strtoul(argv[3], nullptr, 10);
  const auto period = std::chrono::nanoseconds(1'000'000'000 / std::atoi(argv[4]));
  run(port, poem, clients, period);
  const std::vector<double> all = run(port, poem, clients, period);
  std::printf(R"({"median":%f,"ninetyNinth":%f})", all[clients / 2], all[clients * 99 / 100]);
}
