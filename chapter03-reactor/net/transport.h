#pragma once

#include <string>
#include <string_view>

#include "common/address.h"

namespace poetry {

// What a protocol speaks through: the near end of a connection. The reactor owns it; it lives until
// the protocol's connectionLost has returned.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends the bytes, in order, when there is room. Returns at once: what the kernel does not take
  // is kept here, however much it is. After loseConnection it does nothing.
  virtual void write(std::string_view bytes) = 0;

  // Closes the connection when everything written has been sent; nothing more is received. Then
  // connectionLost is called with ConnectionDone, but not from within this call. A peer that never
  // reads can delay this forever, but not abortConnection. If the peer has sent something that we
  // did not receive, the kernel resets the connection instead, and the peer may lose the last of
  // what we wrote: let the protocol say goodbye first.
  virtual void loseConnection() = 0;

  // Breaks the connection off: what was not yet sent is lost, and the peer's next read fails. Then
  // connectionLost is called with ConnectionLost: later, not from within this call.
  virtual void abortConnection() = 0;

  // Where the other side is.
  virtual Endpoint peer() const = 0;

  // Stop and resume receiving. While it is paused, what the peer sends stays in the kernel, and
  // when that is full, with the peer: so a sender that is faster than we are cannot fill our memory
  // (backpressure). A paused connection does not notice that the peer has gone, either.
  virtual void pauseProducing() = 0;
  virtual void resumeProducing() = 0;
};

}  // namespace poetry
