#include "net/connector.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "common/syscall.h"
#include "net/connection.h"
#include "reactor/errors.h"

namespace poetry {

Connector::Connector(Reactor& reactor, const Address& server,
                     std::shared_ptr<ClientFactory> factory)
    : reactor_(reactor), server_(server), factory_(std::move(factory)) {}

void Connector::start(Duration limit) {
  limit_ = limit;
  deadline_ = std::chrono::steady_clock::now() + std::min<Duration>(limit, std::chrono::hours(24));
  giveUp_ = reactor_.callLater(limit, [this] { tooLate(); });
  // The answer may come after we have given up and are gone.
  const auto whenThere = [weak = weak_from_this()](auto then) {
    const auto self = weak.lock();
    if (self && !self->over_) then(*self);
  };
  reactor_.resolve(
      server_,
      [whenThere](std::vector<Endpoint> endpoints) {
        whenThere([&](Connector& self) {
          self.untried_ = std::move(endpoints);
          self.startConnecting();
        });
      },
      [whenThere](const Failure& failure) {
        whenThere(
            [&](Connector& self) { self.fail(Failure::of(ConnectError(failure.message()))); });
      });
}

// Begins to connect to the server's next address. Does not wait for the answer.
void Connector::startConnecting() {
  endpoint_ = untried_.front();
  untried_.erase(untried_.begin());
  // Each address gets its share of the time that is left: one that hangs cannot use it all up.
  const Duration left = deadline_ - std::chrono::steady_clock::now();
  const Duration share = left / static_cast<int>(untried_.size() + 1);
  if (giveUp_.active()) {
    giveUp_.reset(share);
  } else {
    giveUp_ = reactor_.callLater(share, [this] { tooLate(); });
  }

  socket_.reset(::socket(endpoint_.family(), SOCK_STREAM, 0));
  if (!socket_) return tryNext(errno);
  setNonBlocking(socket_.get());
  // EINPROGRESS is the answer that we want: the kernel does the rest, and the socket becomes
  // writable when it has connected or failed.
  const int result = ::connect(socket_.get(), endpoint_.data(), endpoint_.size());
  if (result < 0 && errno != EINPROGRESS) return tryNext(errno);
  try {
    reactor_.addWriter(*this);
  } catch (const std::exception& error) {
    fail(Failure::of(ConnectError(fmt::format("connect {}: {}", toString(server_), error.what()))));
  }
}

// No answer in time: not from this address, or, before there was one, not from the name server.
void Connector::tooLate() {
  if (socket_) reactor_.removeWriter(*this);
  if (!untried_.empty()) return startConnecting();
  const double seconds = std::chrono::duration<double>(limit_).count();
  fail(Failure::of(ConnectTimeoutError(
      fmt::format("connect {}: no answer in {:.4g} seconds", toString(server_), seconds))));
}

// The kernel is done connecting. SO_ERROR says how it went.
void Connector::finishConnecting() {
  int error = 0;
  socklen_t size = sizeof error;
  checked(::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt");
  reactor_.removeWriter(*this);
  if (error != 0) return tryNext(error);
  succeed();
}

// One address has failed. Goes on with the server's next one, or fails if there is none.
void Connector::tryNext(int error) {
  if (!untried_.empty()) return startConnecting();
  fail(Failure::of(
      ConnectError(fmt::format("connect {}: {}", toString(server_), std::strerror(error)))));
}

void Connector::succeed() {
  std::unique_ptr<Protocol> protocol;
  try {
    protocol = factory_->buildProtocol(endpoint_);
  } catch (...) {
    return fail(Failure::current());
  }
  end();
  const auto connection = std::make_shared<Connection>(reactor_, std::move(socket_), endpoint_,
                                                       factory_, std::move(protocol));
  reactor_.own(connection);
  connection->start();
}

void Connector::fail(const Failure& reason) {
  if (over_) return;
  end();
  if (socket_) reactor_.removeWriter(*this);
  socket_.reset();
  factory_->clientConnectionFailed(reason);
}

void Connector::end() {
  over_ = true;
  if (giveUp_.active()) giveUp_.cancel();
  reactor_.release(*this);
}

}  // namespace poetry
