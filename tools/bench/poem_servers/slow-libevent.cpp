// slow-libevent: sends a poem slowly to whoever connects, with libevent and nothing else.
//
//   slow-libevent poetry/ecstasy.txt 0.1 10
//
// It prints its port. It keeps slowpoetry's timetable, by the same clock: the first bytes at once,
// more after every delay, counted from the first; who is overdue, is sent several helpings.

#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/listener.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "plain_libevent.h"

namespace poetry {

using Clock = std::chrono::steady_clock;

struct Server {
  std::string poem;
  Clock::duration delay;
  std::size_t helping;  // bytes
  event_base* base;
};

struct Client {
  const Server& server;
  evutil_socket_t socket;
  Clock::time_point due = Clock::now();
  std::size_t sent = 0;
  event timer{};
};

// What the kernel does not take goes with the next helping. False if there is nobody any more.
static bool sendSome(Client& client) {
  const std::string& poem = client.server.poem;
  const std::size_t size = std::min(client.server.helping, poem.size() - client.sent);
  const ssize_t count = ::send(client.socket, poem.data() + client.sent, size, MSG_NOSIGNAL);
  if (count > 0) client.sent += static_cast<std::size_t>(count);
  return count >= 0 || errno == EAGAIN;
}

static void close(Client& client) {
  ::close(client.socket);
  delete &client;
}

static timeval toTimeval(Clock::duration duration) {
  constexpr long kMillion = 1'000'000;
  const auto left = std::chrono::ceil<std::chrono::microseconds>(duration).count();
  return {left / kMillion, left % kMillion};
}

static void sendWhatIsDue(Client& client) {
  constexpr int kHelpings = 16;
  for (int i = 0; i < kHelpings && client.due <= Clock::now(); ++i) {
    if (client.sent == client.server.poem.size() || !sendSome(client)) return close(client);
    client.due += client.server.delay;
  }
  const timeval left = toTimeval(std::max(client.due - Clock::now(), Clock::duration::zero()));
  event_add(&client.timer, &left);
}

static void onTimer(evutil_socket_t, short, void* argument) {
  sendWhatIsDue(*static_cast<Client*>(argument));
}

static void onClient(evconnlistener*, evutil_socket_t socket, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  // Small pieces go out at once.
  const int yes = 1;
  must(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), "setsockopt");
  auto* client = new Client{server, socket};
  evtimer_assign(&client->timer, server.base, onTimer, client);
  sendWhatIsDue(*client);
}

static event_base* makePreciseBase() {
  event_config* config = event_config_new();
  event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
  event_base* base = event_base_new_with_config(config);
  event_config_free(config);
  if (base == nullptr) die("event_base_new_with_config");
  return base;
}

static Server serverFor(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: slow-libevent POEM DELAY BYTES\n");
    std::exit(2);
  }
  const std::chrono::duration<double> delay(std::strtod(argv[2], nullptr));
  return {poemFrom(argc, argv), std::chrono::duration_cast<Clock::duration>(delay),
          std::strtoul(argv[3], nullptr, 10), makePreciseBase()};
}

}  // namespace poetry

int main(int argc, char** argv) {
  poetry::Server server = poetry::serverFor(argc, argv);
  poetry::serveWithLibevent(server, poetry::onClient);
}
