#include "net/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/syscall.h"
#include "reactor/errors.h"

namespace poetry {

namespace {

// Sending to a peer that has gone raises SIGPIPE, unless we say otherwise: Linux is told with each
// send, macOS once.
#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
void neverSignal(int) {}
#else
constexpr int kNoSignal = 0;
void neverSignal(int socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
}
#endif

bool wouldBlock(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Connection::Connection(Reactor& reactor, UniqueFd socket, const Endpoint& peer,
                       std::shared_ptr<Factory> factory, std::unique_ptr<Protocol> protocol)
    : reactor_(reactor),
      socket_(std::move(socket)),
      peer_(peer),
      factory_(std::move(factory)),
      protocol_(std::move(protocol)) {
  neverSignal(socket_.get());
}

void Connection::start() {
  try {
    resumeProducing();
    protocol_->makeConnection(*this);
  } catch (...) {
    end(Failure::current());
  }
}

// ---- receiving ---------------------------------------------------------------------------------

void Connection::doRead() {
  // A peer that sends as fast as we read would keep us here and starve the others: we read at most
  // kHelpings times. The rest stays in the kernel, and the socket stays readable.
  constexpr int kHelpings = 16;
  std::array<char, 4096> buffer;
  for (int i = 0; i < kHelpings && reading_ && reactor_.running(); ++i) {
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    // EAGAIN is no failure: that was all, for now.
    if (count < 0 && wouldBlock(errno)) return;
    if (count < 0) return end(lost("recv from", errno));
    // Zero bytes are not "nothing yet": they say that the other side has closed.
    if (count == 0) return end(Failure::of(ConnectionDone()));
    const auto size = static_cast<std::size_t>(count);
    try {
      protocol_->dataReceived({buffer.data(), size});
    } catch (...) {  // not left to the reactor: it may not watch us any more
      return end(Failure::current());
    }
    // Less than there was room for: that was all. Asking again would only bring EAGAIN.
    if (size < buffer.size()) return;
  }
}

void Connection::pauseProducing() {
  if (std::exchange(reading_, false)) reactor_.removeReader(*this);
}

void Connection::resumeProducing() {
  if (state_ != State::kOpen || reading_) return;
  reactor_.addReader(*this);
  reading_ = true;
}

// ---- sending -----------------------------------------------------------------------------------

void Connection::write(std::string_view bytes) {
  if (state_ != State::kOpen || bytes.empty()) return;
  unsent_.append(bytes);
  reactor_.addWriter(*this);
}

void Connection::doWrite() {
  if (sent_ < unsent_.size()) {
    const ssize_t count =
        ::send(socket_.get(), unsent_.data() + sent_, unsent_.size() - sent_, kNoSignal);
    if (count < 0 && wouldBlock(errno)) return;
    if (count < 0) return end(lost("send to", errno));
    // A short write is no error: the kernel takes what it has room for. The rest waits its turn.
    sent_ += static_cast<std::size_t>(count);
  }
  if (sent_ > unsent_.size() / 2) unsent_.erase(0, std::exchange(sent_, 0));
  if (sent_ < unsent_.size()) return;
  unsent_.clear();
  sent_ = 0;
  if (state_ == State::kClosing) return end(Failure::of(ConnectionDone()));
  // A socket has room nearly always: we would be called again at once, with nothing to send.
  reactor_.removeWriter(*this);
}

// ---- the end -----------------------------------------------------------------------------------

void Connection::loseConnection() {
  if (state_ != State::kOpen) return;
  pauseProducing();
  state_ = State::kClosing;
  // doWrite ends us when everything has been sent; if nothing is left, at its next call.
  reactor_.addWriter(*this);
}

void Connection::abortConnection() {
  if (state_ == State::kAborted || state_ == State::kGone) return;
  pauseProducing();
  reactor_.removeWriter(*this);
  state_ = State::kAborted;
  // Not now: the caller is one of the protocol's own functions, and the protocol is still in use
  // when this returns (reentrancy).
  aborting_ = reactor_.callLater(
      Duration::zero(), [this] { end(Failure::of(ConnectionLost("the connection was aborted"))); });
}

void Connection::end(const Failure& reason) {
  if (std::exchange(state_, State::kGone) == State::kGone) return;
  if (aborting_.active()) aborting_.cancel();
  pauseProducing();
  reactor_.removeWriter(*this);
  if (!reason.check<ConnectionDone>()) {
    // Closed like this, a socket sends a reset, so the other side does not take it for a clean end.
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  socket_.reset();
  reactor_.release(*this);  // which keeps us until the turn is over
  protocol_->connectionLost(reason);
}

Failure Connection::lost(const char* call, int error) const {
  return Failure::of(
      ConnectionLost(fmt::format("{} {}: {}", call, toString(peer_), std::strerror(error))));
}

}  // namespace poetry
