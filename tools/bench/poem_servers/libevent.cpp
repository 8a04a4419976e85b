// libevent: sends a poem to whoever connects, with libevent's evconnlistener and plain events.
//
//   libevent poetry/ecstasy.txt
//
// It prints its port. A client is sent the poem when it has been accepted; only one that does not
// take all at once gets an event.

#include <event2/event.h>
#include <event2/listener.h>
#include <unistd.h>

#include <cerrno>

#include "plain_libevent.h"

namespace poetry {

struct Server {
  std::string poem;
  event_base* base;
};

// Somebody whose poem did not go out at once.
struct Client {
  const Server& server;
  std::size_t sent;
  event* writable = nullptr;
};

// Returns how much the kernel took: all, if nobody is there any more.
static std::size_t sendFrom(std::size_t from, evutil_socket_t client, const std::string& poem) {
  const std::size_t left = poem.size() - from;
  const ssize_t count = ::send(client, poem.data() + from, left, MSG_NOSIGNAL);
  if (count < 0) return errno == EAGAIN ? 0 : left;
  return static_cast<std::size_t>(count);
}

static void onWritable(evutil_socket_t fd, short, void* argument) {
  auto* client = static_cast<Client*>(argument);
  client->sent += sendFrom(client->sent, fd, client->server.poem);
  if (client->sent < client->server.poem.size()) return;
  event_free(client->writable);
  ::close(fd);
  delete client;
}

static void onClient(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  const std::size_t sent = sendFrom(0, fd, server.poem);
  if (sent == server.poem.size()) {
    ::close(fd);
    return;
  }
  auto* client = new Client{server, sent};
  client->writable = event_new(server.base, fd, EV_WRITE | EV_PERSIST, onWritable, client);
  event_add(client->writable, nullptr);
}

}  // namespace poetry

int main(int argc, char** argv) {
  poetry::Server server{poetry::poemFrom(argc, argv), event_base_new()};
  poetry::serveWithLibevent(server, poetry::onClient);
}
