#include "reactor/reactor_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <variant>

#include "common/signals_held.h"
#include "net/connector.h"
#include "reactor/errors.h"
#include "reactor/signal_catcher.h"

namespace poetry {

namespace {

const Failure& stopped() {
  static const Failure failure = Failure::of(ConnectionLost("the reactor has stopped"));
  return failure;
}

}  // namespace

ReactorBase::ReactorBase() = default;

ReactorBase::~ReactorBase() {
  dismantle();
}

// Tells no one: those that would be told may be gone already. Those that should hear of the end are
// told at the end of run().
void ReactorBase::dismantle() {
  mailbox_->close();
  std::exchange(residents_, {}).clear();  // one that goes may let go of another
  lookUps_.clear();
  readers_.clear();
  writers_.clear();
  removed_.clear();
}

// ---- the loop ----------------------------------------------------------------------------------

void ReactorBase::run() {
  if (state_ == State::kStopped) {
    throw ReactorNotRestartable("run: this reactor has run already; make a new one");
  }
  if (state_ != State::kNew) throw ReactorAlreadyRunning("run: this reactor is running");
  thread_ = std::this_thread::get_id();
  state_ = State::kRunning;
  const SignalCatcher catcher(mailbox_->writeEnd());
  try {
    loop();
  } catch (...) {
    letGoOfAll();
    throw;
  }
  letGoOfAll();
  if (const auto error = handlers_.observerError()) std::rethrow_exception(error);
}

void ReactorBase::loop() {
  setTask(0);
  addReader(waker_);
  while (!stopping()) {
    runDueCalls();
    if (stopping()) break;
    handlers_.loopWaiting();
    doIteration(timeUntilNextCall());
    removed_.clear();
    if (handlers_.observerError()) break;
  }
}

void ReactorBase::stop() {
  checkThread("stop");
  if (!running()) throw ReactorNotRunning("stop: this reactor is not running");
  state_ = State::kStopping;
}

void ReactorBase::checkThread(const char* function) const {
  if (thread_ == std::this_thread::get_id()) return;
  throw WrongThread(std::string(function) +
                    ": called from another thread than the reactor's; use callFromThread");
}

// ---- calls -------------------------------------------------------------------------------------

DelayedCall ReactorBase::callLater(Duration delay, Callback callback, CallSite where) {
  checkThread("callLater");
  return timers_.add(delay, std::move(callback), where, task());
}

void ReactorBase::callWhenRunning(Callback callback, CallSite where) {
  checkThread("callWhenRunning");
  timers_.add(Duration::zero(), std::move(callback), where, task());
}

void ReactorBase::callFromThread(Callback callback, CallSite where) {
  mailbox_->post(std::move(callback), where);
}

void ReactorBase::runDueCalls() {
  if (timers_.empty()) return;
  // One look at the clock. Calls that are added meanwhile are due later than that, and wait for the
  // next turn: one that adds itself again and again cannot starve the descriptors.
  const TimePoint now = timers_.now();
  while (!stopping()) {
    const std::shared_ptr<Timer> timer = timers_.takeDue(now);
    if (!timer) break;
    const Callback callback = std::move(timer->callback);
    call(timer->where, timer->task, callback);
  }
}

void ReactorBase::call(CallSite where, int task, const Callback& callback) {
  handlers_.begin(task);
  guard(where, callback);
  handlers_.end(where, task);
}

std::optional<Duration> ReactorBase::timeUntilNextCall() const {
  const std::optional<TimePoint> next = timers_.next();
  if (!next) return std::nullopt;
  return std::max<Duration>(*next - timers_.now(), Duration::zero());
}

void ReactorBase::readMail() {
  const int signal = mailbox_->takeSignal();
  if (signal != 0) {
    stoppedBySignal_ = signal;
    return stop();
  }
  for (const Mailbox::Letter& letter : mailbox_->takeLetters()) {
    if (!stopping()) call(letter.where, 0, letter.callback);
  }
}

// ---- descriptors -------------------------------------------------------------------------------

void ReactorBase::addReader(Reader& reader) {
  checkThread("addReader");
  Watch* watch = add(readers_, reader, false);
  if (watch != nullptr) watch->reader = &reader;
}

void ReactorBase::addWriter(Writer& writer) {
  checkThread("addWriter");
  Watch* watch = add(writers_, writer, true);
  if (watch != nullptr) watch->writer = &writer;
}

void ReactorBase::removeReader(Reader& reader) {
  checkThread("removeReader");
  remove(readers_, reader.fileno(), reader);
}

void ReactorBase::removeWriter(Writer& writer) {
  checkThread("removeWriter");
  remove(writers_, writer.fileno(), writer);
}

// A new watch for it, or null if there is one.
Watch* ReactorBase::add(Watches& watches, const Watched& watched, bool forWriting) {
  const int fd = watched.fileno();
  if (fd < 0) throw std::logic_error(watched.logPrefix() + " has no descriptor to watch");
  const auto found = watches.find(fd);
  if (found != watches.end()) {
    if (found->second->watched() == &watched) return nullptr;
    throw std::logic_error(
        fmt::format("descriptor {} is watched already, for {}: remove a reader "
                    "or writer before you close its descriptor",
                    fd, found->second->name));
  }
  std::unique_ptr<Watch> watch = startWatching(fd, forWriting);
  watch->fd = fd;
  watch->name = watched.logPrefix();
  watch->task = task();
  return watches.emplace(fd, std::move(watch)).first->second.get();
}

void ReactorBase::remove(Watches& watches, int fd, const Watched& watched) {
  const auto found = watches.find(fd);
  if (found == watches.end() || found->second->watched() != &watched) return;
  Watch& watch = *found->second;
  stopWatching(watch);
  watch.reader = nullptr;
  watch.writer = nullptr;
  // It may be one of those that are ready in this turn, so it goes at the turn's end.
  removed_.push_back(std::move(found->second));
  watches.erase(found);
}

std::unique_ptr<Watch> ReactorBase::startWatching(int, bool) {
  return std::make_unique<Watch>();
}

void ReactorBase::stopWatching(Watch&) {}

void ReactorBase::dispatch(Watch& watch) {
  if (stopping()) return;
  if (watch.watched() == nullptr) return;  // removed since it became ready
  const int task = watch.task;
  handlers_.begin(task);
  try {
    if (watch.reader != nullptr) {
      read(watch, *watch.reader);
    } else {
      watch.writer->doWrite();
    }
  } catch (...) {
    lose(watch, Failure::current());
  }
  handlers_.end(watch.name, task);
}

void ReactorBase::read(Watch& watch, Reader& reader) {
  if (!handlers_.shouldCheck(watch.busyWait)) return reader.doRead();
  const int before = HandlerWatch::unreadBytes(watch.fd);
  reader.doRead();
  if (watch.reader == nullptr) return;  // removed; perhaps even destroyed
  handlers_.check(watch.busyWait, watch.name, before, HandlerWatch::unreadBytes(watch.fd));
}

void ReactorBase::lose(Watch& watch, const Failure& reason) {
  Watched* const watched = watch.watched();
  if (watched == nullptr) return handlers_.report(watch.name, reason);  // it has removed itself
  remove(readers_, watch.fd, *watched);
  remove(writers_, watch.fd, *watched);
  guard(watch.name, [&] { watched->connectionLost(reason); });
}

// ---- connections -------------------------------------------------------------------------------

void ReactorBase::connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                             Duration limit) {
  checkThread("connectTCP");
  const auto connector = std::make_shared<Connector>(*this, server, std::move(factory));
  keep(connector);
  connector->start(limit);
}

void ReactorBase::resolve(const Address& server, Resolved resolved, NotResolved notResolved) {
  checkThread("resolve");
  const std::uint64_t number = ++lastLookUp_;
  lookUps_[number] = {std::move(resolved), std::move(notResolved), task()};
  if (const std::optional<Endpoint> endpoint = numericEndpoint(server)) {
    answer(number, std::vector{*endpoint});
  } else {
    lookUp(server, number);
  }
}

void ReactorBase::lookUp(const Address& server, std::uint64_t number) {
  // We never wait for this thread: getaddrinfo may take minutes, and cannot be interrupted. So it
  // holds on to the mailbox, and to nothing else of ours; `this` is for the letter, which only a
  // running reactor will open.
  const auto ask = [this, mailbox = mailbox_, server, number] {
    LookUpAnswer found;
    try {
      found = poetry::resolve(server);
    } catch (...) {
      found = Failure::current();
    }
    mailbox->post([this, number, found = std::move(found)] { answer(number, found); },
                  CallSite::here());
  };
  try {
    const SignalsHeld held;  // a new thread inherits that: signals are the loop's business
    std::thread(ask).detach();
  } catch (const std::system_error&) {  // there are too many threads already
    answer(number, Failure::current());
  }
}

// The answer is there. It is delivered in a handler of its own, which works for the task that
// asked.
void ReactorBase::answer(std::uint64_t number, LookUpAnswer found) {
  const auto lookUp = lookUps_.find(number);
  if (lookUp == lookUps_.end()) return;
  const int before = task();
  setTask(lookUp->second.task);
  callWhenRunning([this, number, found = std::move(found)] { deliver(number, found); });
  setTask(before);
}

void ReactorBase::deliver(std::uint64_t number, const LookUpAnswer& found) {
  const auto node = lookUps_.extract(number);
  if (const auto* endpoints = std::get_if<std::vector<Endpoint>>(&found)) {
    node.mapped().resolved(*endpoints);
  } else {
    node.mapped().notResolved(std::get<Failure>(found));
  }
}

void ReactorBase::keep(std::shared_ptr<Resident> resident) {
  resident->place = residents_.size();
  residents_.push_back(std::move(resident));
}

// The last of them takes the place that becomes free.
std::shared_ptr<Resident> ReactorBase::letGo(const Resident& resident) {
  const std::size_t place = resident.place;
  if (place >= residents_.size() || residents_[place].get() != &resident) return nullptr;
  std::swap(residents_[place], residents_.back());
  residents_[place]->place = place;
  std::shared_ptr<Resident> gone = std::move(residents_.back());
  residents_.pop_back();
  return gone;
}

// ---- the end -----------------------------------------------------------------------------------

// run() is over. Tells everyone who still waits for something.
void ReactorBase::letGoOfAll() {
  state_ = State::kStopped;
  mailbox_->close();
  remove(readers_, waker_.fileno(), waker_);
  letGoOfResidents();
  letGoOfLookUps();
  letGoOfWatches();
}

void ReactorBase::letGoOfResidents() {
  // What they are told may make them ask for new connections. Those come too late: they go with the
  // reactor, and are told nothing.
  const auto residents = std::exchange(residents_, {});
  for (const auto& resident : residents) {
    guard("a connection", [&] { resident->reactorStopped(stopped()); });
  }
}

void ReactorBase::letGoOfLookUps() {
  const auto lookUps = std::exchange(lookUps_, {});
  for (const auto& entry : lookUps) {
    guard("a look-up", [&] { entry.second.notResolved(stopped()); });
  }
}

void ReactorBase::letGoOfWatches() {
  std::vector<Watch*> left;
  for (const Watches* watches : {&readers_, &writers_}) {
    for (const auto& [fd, watch] : *watches) left.push_back(watch.get());
  }
  for (Watch* watch : left) {
    if (watch->watched() != nullptr) lose(*watch, stopped());
  }
  removed_.clear();
}

}  // namespace poetry
