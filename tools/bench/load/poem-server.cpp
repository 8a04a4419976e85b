// poem-server BYTES CHUNKS DELAY PORTS: serves a poem, slowly, to any number of clients at once:
// the benchmark's other side.
//
// It sends a chunk to each client as soon as it has accepted it, one more after every delay, and
// closes the connection a delay after the last: as slowpoetry does, but each client has a timetable
// of its own that counts from its accept(), so that a late chunk does not make the next one late.
//
// It prints its ports, a line each, when it listens. It ends when its input does, and then prints
// how many clients were served, how long the slowest took from accept() to close(), and what CPU
// time that cost.

#include <utility>

#include "plain.h"

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Connection {
  int socket;
  Clock::time_point accepted;
  std::size_t step = 0;  // how many were taken: `chunks` that send, and one that closes
  std::size_t sent = 0;  // bytes
};

static std::string poem;
static std::size_t chunks;
static Seconds delay;
static const int epoll = makeEpoll();
static std::multimap<Clock::time_point, Connection> due;  // by the time of the next step
static int served = 0;
static Clock::duration slowest{};

// In epoll's milliseconds: rounded up, so we may wake a little late, but not in vain.
static int untilNextStep() {
  if (due.empty()) return -1;
  const auto left = due.begin()->first - Clock::now();
  return std::max(static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()), 0);
}

// Empties a listener's queue. A full one would drop the next SYN, and that costs a second.
static void acceptAll(int listener) {
  for (;;) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && errno == EAGAIN) return;
    if (socket < 0 && errno == ECONNABORTED) continue;
    const Clock::time_point now = Clock::now();
    due.emplace(now, Connection{must(socket, "accept"), now});
  }
}

// Sends the bytes that the client should have by now. What its kernel does not take (a client that
// reads slowly) goes with the next step. Returns whether there is a next one.
static bool takeStep(Connection& connection) {
  if (connection.sent == poem.size() && connection.step >= chunks) {
    ++served;
    slowest = std::max(slowest, Clock::now() - connection.accepted);
    return false;
  }
  const std::size_t upTo = poem.size() * std::min(++connection.step, chunks) / chunks;
  const ssize_t count = ::send(connection.socket, poem.data() + connection.sent,
                               upTo - connection.sent, MSG_NOSIGNAL);
  if (count > 0) connection.sent += static_cast<std::size_t>(count);
  return count >= 0 || errno == EAGAIN;  // the client may have gone
}

// Takes the steps whose time has come; a few at a time, for the listeners' sake.
static void takeDueSteps() {
  constexpr int kMost = 64;
  const Clock::time_point now = Clock::now();
  for (int i = 0; i < kMost && !due.empty() && due.begin()->first <= now; ++i) {
    auto entry = due.extract(due.begin());
    const Connection& connection = entry.mapped();
    if (!takeStep(entry.mapped())) {
      ::close(connection.socket);
      continue;
    }
    const Seconds passed = delay * static_cast<double>(connection.step);
    entry.key() = connection.accepted + std::chrono::duration_cast<Clock::duration>(passed);
    due.insert(std::move(entry));
  }
}

int main(int argc, char** argv) {
  if (argc != 5) fail("usage: poem-server BYTES CHUNKS DELAY PORTS", 2);
  takeAllDescriptors();
  poem.assign(std::strtoul(argv[1], nullptr, 10), 'x');
  chunks = std::strtoul(argv[2], nullptr, 10);
  delay = Seconds(std::atof(argv[3]));
  watch(epoll, STDIN_FILENO, {.fd = STDIN_FILENO});
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    const int listener = listenSomewhere();
    sendAtOnce(listener);
    watch(epoll, listener, {.fd = listener});
    sayPortOf(listener);
  }
  for (bool ended = false; !ended;) {  // nothing else ever comes from the standard input
    takeDueSteps();
    eachReady(epoll, untilNextStep(), [&](epoll_data ready) {
      ready.fd == STDIN_FILENO ? void(ended = true) : acceptAll(ready.fd);
    });
  }
  std::printf(R"({"served":%d,"slowestSeconds":%f,"serverCpuSeconds":%f})", served,
              Seconds(slowest).count(), cpuSecondsOf(0));
}
