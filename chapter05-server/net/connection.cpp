#include "net/connection.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
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

// How a connection ends well. Made once, as most end like this.
const Failure& done() {
  static const Failure failure = Failure::of(ConnectionDone());
  return failure;
}

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
  letProtocol([this] { protocol_->makeConnection(*this); });
}

// ---- between the protocol and the reactor ------------------------------------------------------

// Calls one of the protocol's functions. What the protocol wants of us meanwhile is noted, or sent;
// the reactor is told when the function has returned, and only if there is something left to wait
// for. So "write, then lose the connection" is one action, and the reactor never watches a
// connection that is over when connectionMade has returned.
template <typename Function>
void Connection::letProtocol(const Function& function) {
  talking_ = true;
  try {
    function();
  } catch (...) {
    return end(Failure::current());
  }
  talking_ = false;
  if (state_ == State::kClosing && unsent_.empty()) return finish();
  packets_.release(socket_.get());
  watch();
}

// Lets the reactor watch for what we wait for, and for nothing else.
void Connection::watch() {
  if (talking_) return;  // we look when the protocol has said all
  // When everything has been sent, a closing connection ends in doWrite.
  const bool writes = state_ == State::kClosing || (state_ == State::kOpen && !unsent_.empty());
  try {
    listens() ? reactor_.addReader(*this) : reactor_.removeReader(*this);
    writes ? reactor_.addWriter(*this) : reactor_.removeWriter(*this);
  } catch (...) {  // select has no room for our descriptor
    endLater(Failure::current());
  }
}

// ---- receiving ---------------------------------------------------------------------------------

void Connection::doRead() {
  // A peer that sends as fast as we read would keep us here and starve the others: we read at most
  // kHelpings times. The rest stays in the kernel, and the socket stays readable.
  constexpr int kHelpings = 16;
  std::array<char, 4096> buffer;
  for (int i = 0; i < kHelpings && listens() && reactor_.running(); ++i) {
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    // EAGAIN is no failure: that was all, for now.
    if (count < 0 && wouldBlock(errno)) return;
    if (count < 0) return end(lost("recv from", errno));
    // Zero bytes are not "nothing yet": they say that the other side has closed.
    if (count == 0) return hearTheEnd();
    const auto size = static_cast<std::size_t>(count);
    hear({buffer.data(), size});
    // Less than there was room for: that was all. Asking again would only bring EAGAIN.
    if (size < buffer.size()) return;
  }
}

void Connection::hear(std::string_view bytes) {
  if (state_ == State::kLingering) return;  // it is not wanted any more
  letProtocol([&] { protocol_->dataReceived(bytes); });
}

void Connection::hearTheEnd() {
  if (state_ == State::kLingering) return end(done());
  peerHasClosed_ = true;
  letProtocol([this] { protocol_->readConnectionLost(); });
}

bool Connection::listens() const {
  return state_ == State::kLingering || mayReceive();
}

// A peer that does not read what we write is not read from, or it could fill our memory.
bool Connection::mayReceive() const {
  constexpr std::size_t kMostUnsent = 256 * 1024;
  return state_ == State::kOpen && producing_ && !peerHasClosed_ && unsent_.size() <= kMostUnsent;
}

void Connection::pauseProducing() {
  producing_ = false;
  watch();
}

void Connection::resumeProducing() {
  producing_ = true;
  watch();
}

// ---- sending -----------------------------------------------------------------------------------

void Connection::write(std::string_view bytes) {
  if (state_ != State::kOpen) return;
  if (unsent_.empty()) bytes.remove_prefix(send(bytes));
  if (state_ != State::kOpen || bytes.empty()) return;
  unsent_.append(bytes);
  watch();
}

void Connection::doWrite() {
  unsent_.consume(send(unsent_.view()));
  if (state_ == State::kAborted) return;
  if (unsent_.empty() && state_ == State::kClosing) return finish();
  watch();
}

// Sends as much as the kernel takes now. If the connection turns out to be broken, it ends soon.
std::size_t Connection::send(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const int flags = kNoSignal | packets_.flagsFor(socket_.get(), talking_);
  // A short write is no error: the kernel takes what it has room for. The rest waits its turn.
  const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), flags);
  if (count < 0 && !wouldBlock(errno)) endLater(lost("send to", errno));
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

// ---- the end -----------------------------------------------------------------------------------

void Connection::loseConnection() {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  watch();
}

// Everything has been sent, and we must close. But if there is something that we have not read, the
// kernel would answer that with a reset, and what is still on its way would be lost. Then we close
// only our half, and wait for the other side to close, though not forever (a lingering close).
void Connection::finish() {
  int unread = 0;
  if (::ioctl(socket_.get(), FIONREAD, &unread) < 0 || unread == 0) return end(done());
  constexpr auto kPatience = std::chrono::seconds(2);
  ::shutdown(socket_.get(), SHUT_WR);
  state_ = State::kLingering;
  ending_ = reactor_.callLater(kPatience, [this] { end(done()); });
  watch();
}

void Connection::abortConnection() {
  if (state_ == State::kAborted || state_ == State::kGone) return;
  endLater(Failure::of(ConnectionLost("the connection was aborted")));
}

// Not now: the caller is one of the protocol's own functions, or is called by one, and the protocol
// is still in use when this returns (reentrancy).
void Connection::endLater(const Failure& reason) {
  state_ = State::kAborted;
  watch();
  if (ending_.active()) ending_.cancel();
  ending_ = reactor_.callLater(Duration::zero(), [this, reason] { end(reason); });
}

void Connection::end(const Failure& reason) {
  if (std::exchange(state_, State::kGone) == State::kGone) return;
  if (ending_.active()) ending_.cancel();
  reactor_.removeReader(*this);
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
