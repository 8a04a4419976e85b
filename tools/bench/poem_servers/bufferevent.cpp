// bufferevent: sends a poem to whoever connects, with libevent's evconnlistener and bufferevents.
//
//   bufferevent poetry/ecstasy.txt
//
// It prints its port. A client's bufferevent closes the connection when its buffer is empty again.

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include <csignal>

#include "plain_libevent.h"

namespace poetry {

struct Server {
  std::string poem;
  event_base* base;
};

static void onSent(bufferevent* client, void*) {
  bufferevent_free(client);
}

static void onError(bufferevent* client, short, void*) {
  bufferevent_free(client);
}

static void onClient(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
  const auto& server = *static_cast<const Server*>(argument);
  bufferevent* client = bufferevent_socket_new(server.base, fd, BEV_OPT_CLOSE_ON_FREE);
  bufferevent_setcb(client, nullptr, onSent, onError, nullptr);
  bufferevent_write(client, server.poem.data(), server.poem.size());
}

}  // namespace poetry

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  poetry::Server server{poetry::poemFrom(argc, argv), event_base_new()};
  poetry::serveWithLibevent(server, poetry::onClient);
}
