#include "tests/simulation/simulated_reactor.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "reactor/errors.h"

namespace poetry::testing {

using namespace std::chrono_literals;

namespace {

Endpoint endpointOf(const Address& address) {
  return *numericEndpoint(address);
}

Failure lost(const char* why) {
  return Failure::of(ConnectionLost(why));
}

}  // namespace

// ---- the reactor -------------------------------------------------------------------------------

class SimulatedReactor::Port final : public ListeningPort,
                                     public std::enable_shared_from_this<Port> {
 public:
  Port(SimulatedReactor& reactor, const Address& where, std::shared_ptr<Factory> factory)
      : reactor_(reactor), where_(where), factory_(std::move(factory)) {}

  Endpoint address() const override { return endpointOf(where_); }
  void stopListening() override {
    const auto self = shared_from_this();
    if (reactor_.ports_.erase(where_.port) > 0) factory_->stopFactory();
  }
  const std::shared_ptr<Factory>& factory() const { return factory_; }

 private:
  SimulatedReactor& reactor_;
  Address where_;
  std::shared_ptr<Factory> factory_;
};

// A client that wants to be connected.
struct SimulatedReactor::Attempt {
  Address server;
  std::shared_ptr<ClientFactory> factory;
  TimePoint deadline;
};

SimulatedReactor::SimulatedReactor(Chance& chance)
    : chance_(chance), descriptors_(chance.percent(20) ? 2 + chance.below(6) : 1000) {}

SimulatedReactor::~SimulatedReactor() = default;

void SimulatedReactor::run() {
  while (running_ && timers_.next()) {
    watch_();
    now_ = *timers_.next();
    ++events_;
    try {
      timers_.takeDue(now_)->callback();
    } catch (...) {
      log_("unhandled error: " + Failure::current().message());
    }
  }
  watch_();
}

DelayedCall SimulatedReactor::callLater(Duration delay, Callback callback, CallSite where) {
  return timers_.add(delay, std::move(callback), where);
}

void SimulatedReactor::happen(Duration delay, Callback what) {
  ++happening_;
  timers_.add(
      delay,
      [this, what = std::move(what)] {
        --happening_;
        what();
      },
      CallSite::here());
}

// Most things are quick; some take long.
Duration SimulatedReactor::someDelay() {
  if (chance_.percent(70)) return std::chrono::microseconds(chance_.below(300));
  return chance_.percent(90) ? std::chrono::milliseconds(chance_.below(40))
                             : std::chrono::milliseconds(chance_.below(3000));
}

void SimulatedReactor::connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                                  Duration limit) {
  const auto attempt = std::make_shared<Attempt>(Attempt{server, std::move(factory), now_ + limit});
  const auto fail = [attempt](const char* why) {
    attempt->factory->clientConnectionFailed(Failure::of(ConnectError(why)));
  };
  if (!descriptorLeft()) return happen(0ns, [fail] { fail("Too many open files"); });
  if (chance_.percent(5)) return happen(someDelay(), [fail] { fail("Connection refused"); });
  if (chance_.percent(5)) return happen(limit, [fail] { fail("no answer"); });
  happen(someDelay(), [this, attempt] { arrive(attempt); });
}

// At the server's port; or in the queue before it, if there is no descriptor for us.
void SimulatedReactor::arrive(const std::shared_ptr<Attempt>& attempt) {
  const auto port = ports_.find(attempt->server.port);
  if (port == ports_.end() || now_ >= attempt->deadline) {
    return attempt->factory->clientConnectionFailed(Failure::of(ConnectError("refused")));
  }
  const bool twoLeft = open_.size() + 2 <= descriptors_;
  if (!twoLeft) return happen(100ms, [this, attempt] { arrive(attempt); });
  const std::shared_ptr<Port> held = port->second;  // a protocol may stop it
  connect(*attempt, *held);
}

void SimulatedReactor::connect(const Attempt& attempt, Port& port) {
  const auto fate = std::make_shared<SimulatedEnd::Fate>();
  if (chance_.percent(15)) fate->resetAfter = chance_.below(400);
  if (chance_.percent(5)) fate->stallsAfter = chance_.below(400);
  const Endpoint endpoint = endpointOf(attempt.server);
  const auto client = std::make_shared<SimulatedEnd>(*this, attempt.factory, endpoint);
  const auto server = std::make_shared<SimulatedEnd>(*this, port.factory(), endpoint);
  client->join(server, fate);
  server->join(client, fate);
  // Either may be the first to know.
  happen(someDelay(), [client] { client->start(); });
  happen(someDelay(), [server] { server->start(); });
}

std::shared_ptr<ListeningPort> SimulatedReactor::listenTCP(const Address& where,
                                                           std::shared_ptr<Factory> factory, int) {
  const auto port = std::make_shared<Port>(*this, where, std::move(factory));
  ports_[where.port] = port;
  return port;
}

// ---- an end of a connection --------------------------------------------------------------------

void SimulatedEnd::join(const std::shared_ptr<SimulatedEnd>& other, std::shared_ptr<Fate> fate) {
  other_ = other;
  fate_ = std::move(fate);
  reactor_.opened(*this);
}

void SimulatedEnd::start() {
  self_ = shared_from_this();
  try {
    protocol_ = factory_->buildProtocol(peer_);
  } catch (...) {
    return lose(Failure::current());
  }
  letProtocol([this] { protocol_->makeConnection(*this); });
  if (broken_ && producing_) return loseLater(lost("Connection reset by peer"));
  if (const auto other = other_.lock()) other->pump();  // what has come before
}

template <typename Function>
void SimulatedEnd::letProtocol(const Function& function) {
  try {
    function();
  } catch (...) {
    const Failure reason = Failure::current();
    if (const auto other = other_.lock()) {
      reactor_.happen(reactor_.someDelay(), [other] { other->sawReset(); });
    }
    lose(reason);
  }
}

void SimulatedEnd::write(std::string_view bytes) {
  if (state_ != State::kOpen || endUnderWay_) return;
  if (broken_) return loseLater(lost("Broken pipe"));
  underWay_ += bytes;
  pump();
}

void SimulatedEnd::loseConnection() {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  endUnderWay_ = true;
  pump();
  // Where nothing moves any more, the end does not arrive either. The other side's kernel finds out
  // that no one is there, after a while.
  if (const auto other = other_.lock(); other && fate_->stallsAfter) {
    reactor_.happen(60s, [other] { other->sawReset(); });
  }
  reactor_.happen(0ns, [self = shared_from_this()] { self->lose(Failure::of(ConnectionDone())); });
}

void SimulatedEnd::abortConnection() {
  if (state_ == State::kAborted || state_ == State::kGone) return;
  underWay_.clear();
  if (const auto other = other_.lock()) {
    reactor_.happen(reactor_.someDelay(), [other] { other->sawReset(); });
  }
  loseLater(lost("the connection was aborted"));
}

void SimulatedEnd::endSending() {
  endUnderWay_ = true;
  pump();
}

void SimulatedEnd::resumeProducing() {
  if (std::exchange(producing_, true)) return;
  if (broken_) return loseLater(lost("Connection reset by peer"));
  if (const auto other = other_.lock()) other->pump();
}

bool SimulatedEnd::stalled() const {
  return fate_->stallsAfter && fate_->delivered >= *fate_->stallsAfter;
}

// Lets some of what is under way arrive, a little later.
void SimulatedEnd::pump() {
  if (pumping_ || stalled() || (underWay_.empty() && !endUnderWay_)) return;
  pumping_ = true;
  reactor_.happen(reactor_.someDelay(), [self = shared_from_this()] {
    self->pumping_ = false;
    self->arrive();
  });
}

void SimulatedEnd::arrive() {
  const auto other = other_.lock();
  if (!other || other->protocol_ == nullptr || !other->producing_) return;  // it pumps when it can
  if (other->state_ != State::kOpen) return;  // nothing more is received
  if (!underWay_.empty()) {
    if (!deliver()) return;
    return pump();
  }
  if (endUnderWay_) other->sawEnd();
}

// False if that was the last that will ever arrive.
bool SimulatedEnd::deliver() {
  Chance& chance = reactor_.chance();
  std::size_t count = chance.percent(40) ? underWay_.size() : 1 + chance.below(underWay_.size());
  const std::size_t limit = std::min(fate_->resetAfter.value_or(std::string::npos),
                                     fate_->stallsAfter.value_or(std::string::npos));
  count = std::min(count, limit - std::min(limit, fate_->delivered));
  const auto other = other_.lock();
  if (count > 0) {
    const std::string piece = underWay_.substr(0, count);
    underWay_.erase(0, count);
    fate_->delivered += count;
    other->letProtocol([&] { other->protocol_->dataReceived(piece); });
  }
  if (fate_->resetAfter && fate_->delivered >= *fate_->resetAfter) {
    underWay_.clear();
    sawReset();
    other->sawReset();
    return false;
  }
  return !stalled();
}

// The other side has closed, or has closed its half.
void SimulatedEnd::sawEnd() {
  producing_ = false;
  letProtocol([this] { protocol_->readConnectionLost(); });
}

void SimulatedEnd::sawReset() {
  if (state_ == State::kGone) return;
  broken_ = true;
  // One that neither reads nor writes does not notice.
  if (producing_ && protocol_) loseLater(lost("Connection reset by peer"));
}

void SimulatedEnd::loseLater(const Failure& reason) {
  if (state_ == State::kAborted || state_ == State::kGone) return;
  state_ = State::kAborted;
  reactor_.happen(0ns, [self = shared_from_this(), reason] { self->lose(reason); });
}

void SimulatedEnd::lose(const Failure& reason) {
  if (state_ == State::kGone) return;
  state_ = State::kGone;
  const auto self = std::move(self_);
  reactor_.closed(*this);
  const auto protocol = std::move(protocol_);
  const auto factory = std::move(factory_);
  if (protocol) protocol->connectionLost(reason);
}

}  // namespace poetry::testing
