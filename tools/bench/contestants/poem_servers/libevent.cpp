// Three servers on libevent and nothing else, with its evconnlistener.
//
// libevent POEM             plain events; only a client that does not take all at once gets one
// libevent POEM buffered    bufferevents
// libevent POEM DELAY BYTES slowly, by slowpoetry's timetable and the same precise clock: a client
//                           that is overdue is sent several helpings

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/listener.h>

#include <csignal>

#include "plain.h"

using Clock = std::chrono::steady_clock;

struct Server {
  event_base* base;
  std::string poem;
  Clock::duration delay{};
  std::size_t helping = 0;  // bytes
};

// Sends at most `most` bytes. Returns how many have been sent by then: all, if the client has gone.
static std::size_t sendFrom(std::size_t sent, std::size_t most, int client,
                            const std::string& poem) {
  const std::size_t size = std::min(most, poem.size() - sent);
  const ssize_t count = ::send(client, poem.data() + sent, size, MSG_NOSIGNAL);
  if (count < 0) return errno == EAGAIN ? sent : poem.size();
  return sent + static_cast<std::size_t>(count);
}

// A client that did not take its poem at once.
struct Waiting {
  const Server& server;
  std::size_t sent;
  event* writable = nullptr;
};

static void onWritable(evutil_socket_t fd, short, void* argument) {
  auto* client = static_cast<Waiting*>(argument);
  const std::string& poem = client->server.poem;
  client->sent = sendFrom(client->sent, poem.size(), fd, poem);
  if (client->sent < poem.size()) return;
  event_free(client->writable);
  ::close(fd);
  delete client;
}

static void onClient(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  const std::size_t sent = sendFrom(0, server.poem.size(), fd, server.poem);
  if (sent == server.poem.size()) {
    ::close(fd);
    return;
  }
  auto* client = new Waiting{server, sent};
  client->writable = event_new(server.base, fd, EV_WRITE | EV_PERSIST, onWritable, client);
  event_add(client->writable, nullptr);
}

static void onBufferedClient(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  bufferevent* client = bufferevent_socket_new(server.base, fd, BEV_OPT_CLOSE_ON_FREE);
  const auto onSent = [](bufferevent* sent, void*) { bufferevent_free(sent); };
  const auto onError = [](bufferevent* failed, short, void*) { bufferevent_free(failed); };
  bufferevent_setcb(client, nullptr, onSent, onError, nullptr);
  bufferevent_write(client, server.poem.data(), server.poem.size());
}

struct Slow {
  const Server& server;
  evutil_socket_t socket;
  Clock::time_point due = Clock::now();
  std::size_t sent = 0;
  event timer{};
};

// What the kernel does not take goes with the next helping.
static void sendWhatIsDue(evutil_socket_t, short, void* argument) {
  constexpr int kHelpings = 16;
  auto* client = static_cast<Slow*>(argument);
  const Server& server = client->server;
  for (int i = 0; i < kHelpings && client->due <= Clock::now(); ++i) {
    if (client->sent == server.poem.size()) {
      ::close(client->socket);
      delete client;
      return;
    }
    client->sent = sendFrom(client->sent, server.helping, client->socket, server.poem);
    client->due += server.delay;
  }
  const auto left = std::max(client->due - Clock::now(), Clock::duration::zero());
  const auto microseconds = std::chrono::ceil<std::chrono::microseconds>(left).count();
  const timeval wait{microseconds / 1'000'000, microseconds % 1'000'000};
  event_add(&client->timer, &wait);
}

static void onSlowClient(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  sendAtOnce(fd);
  auto* client = new Slow{server, fd};
  evtimer_assign(&client->timer, server.base, sendWhatIsDue, client);
  sendWhatIsDue(fd, 0, client);
}

int main(int argc, char** argv) {
  const bool slow = argc > 3;
  event_config* config = event_config_new();
  if (slow) event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
  Server server{event_base_new_with_config(config), poemIn(argv[1])};
  if (slow) {
    const std::chrono::duration<double> delay(std::atof(argv[2]));
    server.delay = std::chrono::duration_cast<Clock::duration>(delay);
    server.helping = std::strtoul(argv[3], nullptr, 10);
  }
  std::signal(SIGPIPE, SIG_IGN);
  Loopback any;
  const auto serve = slow ? onSlowClient : argc > 2 ? onBufferedClient : onClient;
  evconnlistener* listener =
      evconnlistener_new_bind(server.base, serve, &server, LEV_OPT_CLOSE_ON_EXEC, SOMAXCONN,
                              any.data(), static_cast<int>(any.size));
  if (listener == nullptr) die("evconnlistener_new_bind");
  sayPortOf(evconnlistener_get_fd(listener));
  event_base_dispatch(server.base);
}
