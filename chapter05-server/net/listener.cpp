#include "net/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "common/syscall.h"
#include "net/connection.h"

namespace poetry {

namespace {

UniqueFd listenAt(const Address& where, int backlog) {
  const Endpoint endpoint = resolve(where).front();
  UniqueFd listener(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  const int yes = 1;
  checked(::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  if (::bind(listener.get(), endpoint.data(), endpoint.size()) < 0) {
    throwErrno("bind " + toString(where));
  }
  checked(::listen(listener.get(), backlog), "listen");
  // A client may be gone by the time we accept it, and then we must not wait for another.
  setNonBlocking(listener.get());
  return listener;
}

// Linux makes the new socket non-blocking in the same call.
#ifdef __linux__
int acceptNonBlocking(int listener, sockaddr* address, socklen_t* length) {
  return ::accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
#else
int acceptNonBlocking(int listener, sockaddr* address, socklen_t* length) {
  const int socket = ::accept(listener, address, length);
  if (socket >= 0) setNonBlocking(socket);
  return socket;
}
#endif

}  // namespace

Listener::Listener(Reactor& reactor, const Address& where, std::shared_ptr<Factory> factory,
                   int backlog)
    : reactor_(reactor),
      factory_(std::move(factory)),
      socket_(listenAt(where, backlog)),
      address_(localEndpoint(socket_.get())) {}

// ---- accepting ---------------------------------------------------------------------------------

// Accepts several clients per call, but not all that wait: the connections must get their turn.
void Listener::doRead() {
  constexpr int kHelpings = 256;
  for (int i = 0; i < kHelpings; ++i) {
    if (!socket_ || !reactor_.running()) return;
    switch (acceptOne()) {
      case Next::kMore:
        break;
      case Next::kNoMore:
        outOfDescriptorsReported_ = false;
        return;
      case Next::kPause:
        return pauseAccepting();
    }
  }
}

Listener::Next Listener::acceptOne() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  UniqueFd socket(acceptNonBlocking(socket_.get(), generic, &length));
  if (!socket) return onAcceptError(errno);
  adopt(std::move(socket), Endpoint(generic, length));
  return Next::kMore;
}

Listener::Next Listener::onAcceptError(int error) {
  switch (error) {
    case EAGAIN:  // the queue is empty
      return Next::kNoMore;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      if (!std::exchange(outOfDescriptorsReported_, true)) {
        reactor_.say(fmt::format("{}: accept: {}; clients wait until somebody has gone",
                                 logPrefix(), std::strerror(error)));
      }
      return Next::kPause;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:  // our descriptor was closed or changed
      throwErrno("accept");
    default:
      // ECONNABORTED and its like concern only that client: it left while it was in the queue. On
      // to the next one.
      return Next::kMore;
  }
}

// What goes wrong with one client does not concern the others. The reactor gets the connection only
// if connectionMade has left something to wait for.
void Listener::adopt(UniqueFd socket, const Endpoint& peer) {
  const auto factory = factory_;  // which may stop us
  try {
    const auto connection = std::make_shared<Connection>(reactor_, std::move(socket), peer, factory,
                                                         factory->buildProtocol(peer));
    connection->start();
    if (connection->open()) reactor_.own(connection);
  } catch (...) {
    reactor_.report(logPrefix(), Failure::current());
  }
}

// There is no descriptor left for a client. It can wait until another one has gone; and we must not
// be called for it again and again meanwhile.
void Listener::pauseAccepting() {
  if (!socket_) return;
  reactor_.removeReader(*this);
  pause_ = reactor_.callLater(std::chrono::milliseconds(100), [this] { resumeAccepting(); });
}

void Listener::resumeAccepting() {
  try {
    reactor_.addReader(*this);
  } catch (...) {
    if (!std::exchange(outOfDescriptorsReported_, true)) {
      reactor_.report(logPrefix(), Failure::current());
    }
    pauseAccepting();
  }
}

// ---- the end -----------------------------------------------------------------------------------

void Listener::stopListening() {
  if (!socket_) return;
  const auto factory = factory_;
  close();
  reactor_.release(*this);
  factory->stopFactory();
}

// Accepting threw, or the reactor has stopped.
void Listener::connectionLost(const Failure& reason) {
  if (!reactor_.running()) return close();
  reactor_.report(logPrefix(), reason);
  stopListening();
}

void Listener::close() {
  if (!socket_) return;
  if (pause_.active()) pause_.cancel();
  reactor_.removeReader(*this);
  socket_.reset();
  factory_.reset();
}

}  // namespace poetry
