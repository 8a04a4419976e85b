// slowpoetry, chapter 1: serves one poem, slowly, to one client at a time.

#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "common/address.h"
#include "common/poem.h"
#include "common/report.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "options.h"

namespace poetry {

// A socket that listens at the first address of `where`.
UniqueFd listenAt(const Address& where) {
  const Endpoint endpoint = resolve(where).front();
  UniqueFd listener(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  // Without this the port would stay taken for a minute after we exit: the kernel remembers the old
  // connections (TIME_WAIT), in case a late packet comes.
  const int yes = 1;
  checked(::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  if (::bind(listener.get(), endpoint.data(), endpoint.size()) < 0) {
    throwErrno("bind " + toString(where));
  }
  checked(::listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

struct Client {
  UniqueFd socket;
  Endpoint address;
};

// The next client; sleeps until there is one.
Client acceptClient(int listener) {
  for (;;) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    UniqueFd socket(::accept(listener, generic, &length));
    if (socket) return {std::move(socket), Endpoint(generic, length)};
    // The client may have left while it was in the queue. That is no reason for us to stop.
    if (errno != EINTR && errno != ECONNABORTED) throwErrno("accept");
  }
}

// Sends all of it, or throws std::system_error if the client has gone.
void sendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    checked(count, "send");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sendPoem(int socket, std::string_view poem, int client, const ServerOptions& options,
              ServerReport& report) {
  while (!poem.empty()) {
    const std::string_view some = poem.substr(0, options.bytesPerSend);
    report.sending(client, some.size());
    sendAll(socket, some);
    poem.remove_prefix(some.size());
    report.waiting(client);
    std::this_thread::sleep_for(options.delay);
  }
}

// One client after the other, forever.
[[noreturn]] void serve(int listener, const std::string& poem, const ServerOptions& options,
                        ServerReport& report) {
  for (;;) {
    const Client client = acceptClient(listener);
    const int number = report.wanted(client.address);
    try {
      sendPoem(client.socket.get(), poem, number, options, report);
      report.served(number);
    } catch (const std::system_error& error) {
      report.left(number, error.what());
    }
    // `client` goes here, and the socket with it: the other side sees the end of the poem.
  }
}

int servePoem(const ServerOptions& options) {
  // Sending to a client that has gone raises SIGPIPE, which would end us. If the signal is ignored,
  // send returns an error instead: EPIPE.
  ::signal(SIGPIPE, SIG_IGN);
  const std::string poem = loadPoem(options.poem);
  ServerReport report(options);
  const UniqueFd listener = listenAt({options.iface, options.port});
  report.serving(localEndpoint(listener.get()));
  serve(listener.get(), poem, options, report);
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::servePoem);
}
