// Fetches poems, one server after the other, with blocking sockets.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string>

#include "common/address.h"
#include "common/report.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "options.h"

namespace poetry {

// Connects to the server; blocks until that is done. A name may have several addresses ("localhost"
// often has two): the first that answers will do. Throws the last one's error.
UniqueFd connectTo(const Address& server) {
  int error = 0;
  for (const Endpoint& endpoint : resolve(server)) {
    UniqueFd socket(::socket(endpoint.family(), SOCK_STREAM, 0));
    if (socket && ::connect(socket.get(), endpoint.data(), endpoint.size()) == 0) return socket;
    error = errno;
  }
  throwErrno("connect " + toString(server), error);
}

// Reads one poem to its end, which is where the server closes the connection.
std::string getPoetry(int task, const Address& server, ClientReport& report) {
  report.connecting(task);
  const UniqueFd socket = connectTo(server);

  std::string poem;
  std::array<char, 4096> buffer;
  for (;;) {
    report.waiting(task);
    // The whole program sleeps in here until this one server sends something.
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    report.handling(task);
    // EINTR: a signal ended the sleep, and nothing was received. Ask again.
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throwErrno("recv from " + toString(server));
    // Zero bytes are not "nothing yet": they say that the server has closed.
    if (count == 0) return poem;
    report.got(task, static_cast<std::size_t>(count));
    poem.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Fetches one poem and reports it. Never fails.
void getTask(int task, const Address& server, ClientReport& report) {
  try {
    report.finished(task, getPoetry(task, server, report));
  } catch (const std::exception& error) {
    report.failed(task, error.what());
  }
}

int getPoems(const ClientOptions& options) {
  ClientReport report(options, Transcript::kPoems);
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    getTask(task, server, report);
  }
  return report.summary();
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
