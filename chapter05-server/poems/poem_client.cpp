#include "poems/poem_client.h"

#include <fmt/format.h>

#include "deferred/coroutine.h"
#include "net/stream.h"

namespace poetry {

// Reads one poem to its end, which is where the server closes the connection.
Deferred<std::string> getPoetry(ReactorTCP& reactor, Address server, std::size_t longest) {
  Stream stream = co_await connectTo(reactor, server, "poetry from " + toString(server));

  std::string poem;
  for (;;) {
    // Only we sleep in here until this server sends something. All others go on.
    const std::string bytes = co_await stream.read();
    // Zero bytes are not "nothing yet": they say that the server has closed.
    if (bytes.empty()) co_return poem;
    if (poem.size() + bytes.size() > longest) {
      throw PoemTooLong(fmt::format("{} sends more than {} bytes", toString(server), longest));
    }
    poem += bytes;
  }
}

}  // namespace poetry
