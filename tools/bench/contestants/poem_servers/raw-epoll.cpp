// raw-epoll POEM: sends a poem to each client, with epoll and nothing else: the servers' yardstick.
// A client costs an accept, a send and a close; only one that does not take all at once is watched.

#include "plain.h"

static std::string poem;
static const int epoll = makeEpoll();
static const int listener = listenSomewhere();
static std::map<int, std::size_t> unfinished;  // how much was sent to those that are watched

// Returns how much has been sent: all, if the client has gone.
static std::size_t sendFrom(std::size_t sent, int client) {
  const ssize_t count = ::send(client, poem.data() + sent, poem.size() - sent, MSG_NOSIGNAL);
  if (count < 0) return errno == EAGAIN ? sent : poem.size();
  return sent + static_cast<std::size_t>(count);
}

static void acceptAll() {
  for (;;) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0 && errno == EAGAIN) return;
    const std::size_t sent = sendFrom(0, must(client, "accept4"));
    if (sent == poem.size()) {
      ::close(client);
    } else {
      unfinished.emplace(client, sent);
      watch(epoll, client, {.fd = client}, EPOLLOUT);
    }
  }
}

static void sendMore(int client) {
  std::size_t& sent = unfinished.at(client);
  sent = sendFrom(sent, client);
  if (sent < poem.size()) return;
  unfinished.erase(client);
  ::close(client);
}

int main(int, char** argv) {
  poem = poemIn(argv[1]);
  watch(epoll, listener, {.fd = listener});
  sayPortOf(listener);
  for (;;) {
    eachReady(epoll, -1,
              [](epoll_data data) { data.fd == listener ? acceptAll() : sendMore(data.fd); });
  }
}
