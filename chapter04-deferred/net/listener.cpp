#include "net/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "common/syscall.h"
#include "net/connection.h"

namespace poetry {

namespace {

UniqueFd listenAt(const Address& where) {
  const Endpoint endpoint = resolve(where).front();
  UniqueFd listener(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  const int yes = 1;
  checked(::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "setsockopt");
  if (::bind(listener.get(), endpoint.data(), endpoint.size()) < 0) {
    throwErrno("bind " + toString(where));
  }
  checked(::listen(listener.get(), SOMAXCONN), "listen");
  // A client may be gone by the time we accept it, and then we must not wait for another.
  setNonBlocking(listener.get());
  return listener;
}

}  // namespace

Listener::Listener(Reactor& reactor, const Address& address, std::shared_ptr<Factory> factory)
    : reactor_(reactor), factory_(std::move(factory)), socket_(listenAt(address)) {
  reactor_.addReader(*this);
}

Listener::~Listener() {
  if (pause_.active()) {
    pause_.cancel();
  } else {
    reactor_.removeReader(*this);
  }
}

Endpoint Listener::address() const {
  return localEndpoint(socket_.get());
}

// One client per call: the others wait, and we are called again.
void Listener::doRead() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  UniqueFd socket(::accept(socket_.get(), generic, &length));
  if (!socket) {
    if (errno == EMFILE || errno == ENFILE) pauseAccepting();
    return;
  }
  setNonBlocking(socket.get());
  const Endpoint peer(generic, length);
  const auto connection = std::make_shared<Connection>(reactor_, std::move(socket), peer, factory_,
                                                       factory_->buildProtocol(peer));
  reactor_.own(connection);
  connection->start();
}

// There is no descriptor left for a client. It can wait until another one has gone; and we must not
// be called for it again and again meanwhile.
void Listener::pauseAccepting() {
  reactor_.removeReader(*this);
  pause_ =
      reactor_.callLater(std::chrono::milliseconds(100), [this] { reactor_.addReader(*this); });
}

}  // namespace poetry
