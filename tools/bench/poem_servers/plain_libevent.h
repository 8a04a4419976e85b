#pragma once

#include <event2/event.h>
#include <event2/listener.h>

#include "plain.h"

namespace poetry {

// Listens, says the port, and serves for ever. `onClient` is called with each client that comes,
// and with `server`, whose `base` runs.
template <typename Server>
void serveWithLibevent(Server& server, evconnlistener_cb onClient) {
  const sockaddr_in address = anyLoopbackPort();
  evconnlistener* listener = evconnlistener_new_bind(
      server.base, onClient, &server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, SOMAXCONN,
      reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (listener == nullptr) die("evconnlistener_new_bind");
  sayPortOf(evconnlistener_get_fd(listener));
  event_base_dispatch(server.base);
}

}  // namespace poetry
