#pragma once

#include <memory>
#include <string>

#include "common/address.h"
#include "deferred/deferred.h"
#include "reactor/reactor.h"

namespace poetry {

// A connection that you read by waiting for its next bytes; a Protocol, in contrast, is told of
// them. When the stream is destroyed, it breaks the connection off, unless that is over already.
class Stream {
 public:
  class State;

  explicit Stream(std::shared_ptr<State> state);
  Stream(Stream&&) = default;
  ~Stream();

  // The next bytes; none, if the other side has closed. Fails with a ConnectionLost if the
  // connection breaks. Only one read at a time. What no one reads stays with the sender.
  Deferred<std::string> read();

 private:
  std::shared_ptr<State> state_;  // with the connection's protocol
};

// Connects to a server. `name` is what to call the connection in the reactor's messages. Fails with
// a ConnectError.
Deferred<Stream> connectTo(ReactorTCP& reactor, const Address& server, const std::string& name);

}  // namespace poetry
