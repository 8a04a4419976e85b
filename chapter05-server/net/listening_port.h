#pragma once

#include "common/address.h"

namespace poetry {

// A port on which a reactor takes connections: what listenTCP returns. A handle: the reactor owns
// what is behind it, and listens whether the handle is kept or not. Use it in the reactor's thread,
// and not after the reactor is gone.
class ListeningPort {
 public:
  virtual ~ListeningPort() = default;

  // Where it listens: with the port that the system has picked, if it was asked for port 0. Stays
  // the same when it no longer listens.
  virtual Endpoint address() const = 0;

  // Takes no more connections; those that are there go on. Clients still in the kernel's queue are
  // turned away. The second time it does nothing.
  virtual void stopListening() = 0;
};

}  // namespace poetry
