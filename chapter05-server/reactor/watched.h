#pragma once

#include <cstddef>
#include <string>

#include "reactor/failure.h"

namespace poetry {

// Something with a descriptor that the reactor watches for it: a socket, a pipe, a terminal. Unless
// it was given to Reactor::own, the reactor does not own it: remove it from the reactor before it
// is destroyed.
class Watched {
 public:
  virtual ~Watched() = default;

  // The descriptor. The same one for as long as the reactor watches it, and open.
  virtual int fileno() const = 0;

  // What to call it in the reactor's messages. Asked once, when it is added.
  virtual std::string logPrefix() const = 0;

  // Called by the reactor, which has removed it already: because doRead or doWrite threw `reason`,
  // or because the reactor has stopped. It may destroy itself, if it is not the reactor's.
  virtual void connectionLost(const Failure& reason) = 0;

 private:
  friend class Reactor;
  std::size_t place_ = 0;  // among those that the reactor owns
};

// Watched for something to read: bytes, the end, or an error, which reading will tell.
class Reader : public virtual Watched {
 public:
  // Called by the reactor whenever there is something to read (level-triggered). Must read some of
  // it, or it is called again at once, forever; must not wait. May remove and destroy itself.
  virtual void doRead() = 0;
};

// Watched for room to write. A connecting socket has room when it has connected or failed.
class Writer : public virtual Watched {
 public:
  // Called by the reactor whenever there is room. The same rules.
  virtual void doWrite() = 0;
};

}  // namespace poetry
