#include "reactor/reactor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <utility>

#include "common/syscall.h"
#include "net/connector.h"
#include "net/listener.h"
#include "reactor/errors.h"
#include "reactor/select_poller.h"
#include "reactor/thread_resolver.h"

namespace poetry {

namespace {

std::string nameOf(const std::string& name) {
  return name;
}

const Failure& stopped() {
  static const Failure failure = Failure::of(ConnectionLost("the reactor has stopped"));
  return failure;
}

Failure closed(const Watch& watch) {
  return Failure::of(
      std::logic_error(fmt::format("descriptor {} was closed, and is still watched", watch.fd)));
}

}  // namespace

// Tells the observers, if there are any. What one throws waits until the turn is over.
template <typename Function>
void Reactor::observe(const Function& tell) {
  if (observers_.empty()) return;
  try {
    for (const auto& observer : observers_) tell(*observer);
  } catch (...) {
    observers_.clear();
    observerError_ = std::current_exception();
  }
}

// Reports what `function` throws. `what` is what to call it: a text, or a handler.
template <typename What, typename Function>
void Reactor::guard(const What& what, const Function& function) const {
  try {
    function();
  } catch (...) {
    report(nameOf(what), Failure::current());
  }
}

Reactor::Reactor(std::unique_ptr<Poller> poller, std::unique_ptr<Resolver> resolver, Log log)
    : poller_(poller ? std::move(poller) : std::make_unique<SelectPoller>()),
      resolver_(resolver ? std::move(resolver) : std::make_unique<ThreadResolver>()),
      log_(std::move(log)) {}

Reactor::~Reactor() {
  mailbox_->close();
  std::exchange(owned_, {}).clear();  // one that goes may release another
  released_.clear();
}

// ---- the loop ----------------------------------------------------------------------------------

void Reactor::run() {
  if (state_ == State::kStopped) {
    throw ReactorNotRestartable("run: this reactor has run already; make a new one");
  }
  if (state_ != State::kNew) throw ReactorAlreadyRunning("run: this reactor is running");
  thread_ = std::this_thread::get_id();
  state_ = State::kRunning;
  if (!SignalPipe::isTaken(SIGINT)) signals_.take({SIGINT, SIGTERM});
  try {
    loop();
  } catch (...) {
    letGoOfAll();
    throw;
  }
  letGoOfAll();
  if (observerError_) std::rethrow_exception(observerError_);
}

void Reactor::loop() {
  addReader(letterWaker_);
  addReader(signalWaker_);
  observe([](LoopObserver& observer) { observer.woken(); });
  while (running() && !observerError_) {
    runDueCalls();
    if (running()) waitOnce();
    endTurn();
  }
}

// Waits, and calls those that are ready. First all that are ready, then their handlers: a handler
// may add and remove what it likes.
void Reactor::waitOnce() {
  observe([](LoopObserver& observer) { observer.waiting(); });
  ready_.clear();
  poller_->wait(timers_.next(), ready_);
  observe([](LoopObserver& observer) { observer.woken(); });
  for (Watch* watch : ready_) dispatch(*watch);
}

void Reactor::endTurn() {
  removed_.clear();
  while (!released_.empty()) std::exchange(released_, {}).clear();  // one may release another
}

void Reactor::stop() {
  checkThread("stop");
  if (!running()) throw ReactorNotRunning("stop: this reactor is not running");
  state_ = State::kStopping;
}

void Reactor::checkThread(const char* function) const {
  if (thread_ == std::this_thread::get_id()) return;
  throw WrongThread(std::string(function) +
                    ": called from another thread than the reactor's; use callFromThread");
}

void Reactor::readLetters() {
  for (const Mailbox::Letter& letter : mailbox_->takeLetters()) {
    if (running()) call(letter.callback, letter.where);
  }
}

void Reactor::readSignal() {
  stoppedBySignal_ = signals_.read();
  if (stoppedBySignal_ != 0) stop();
}

// ---- calls -------------------------------------------------------------------------------------

DelayedCall Reactor::callLater(Duration delay, Callback callback, CallSite where) {
  checkThread("callLater");
  return timers_.add(delay, std::move(callback), where);
}

void Reactor::callWhenRunning(Callback callback, CallSite where) {
  checkThread("callWhenRunning");
  timers_.add(Duration::zero(), std::move(callback), where);
}

void Reactor::callFromThread(Callback callback, CallSite where) {
  mailbox_->post(std::move(callback), where);
}

void Reactor::runDueCalls() {
  if (timers_.empty()) return;
  // One look at the clock. Calls that are added meanwhile are due later than that, and wait for the
  // next turn: one that adds itself again and again cannot starve the descriptors.
  const TimePoint now = timers_.now();
  while (running()) {
    const std::shared_ptr<Timer> timer = timers_.takeDue(now);
    if (!timer) break;
    const Callback callback = std::move(timer->callback);
    call(callback, timer->where);
  }
}

// Runs it; reports what it throws.
void Reactor::call(const Callback& callback, CallSite where) {
  const Handler handler{.where = where};
  observe([&](LoopObserver& observer) { observer.calling(handler); });
  guard(handler, callback);
  observe([&](LoopObserver& observer) { observer.called(handler); });
}

// ---- descriptors -------------------------------------------------------------------------------

void Reactor::addReader(Reader& reader) {
  checkThread("addReader");
  Watch& watch = watchFor(reader);
  if (watch.reader == &reader) return;
  checkFree(watch, watch.reader);
  change(watch, &reader, watch.writer);
}

void Reactor::addWriter(Writer& writer) {
  checkThread("addWriter");
  Watch& watch = watchFor(writer);
  if (watch.writer == &writer) return;
  checkFree(watch, watch.writer);
  change(watch, watch.reader, &writer);
}

void Reactor::removeReader(Reader& reader) {
  checkThread("removeReader");
  Watch* const watch = watchOf(reader);
  if (watch != nullptr && watch->reader == &reader) change(*watch, nullptr, watch->writer);
}

void Reactor::removeWriter(Writer& writer) {
  checkThread("removeWriter");
  Watch* const watch = watchOf(writer);
  if (watch != nullptr && watch->writer == &writer) change(*watch, watch->reader, nullptr);
}

// The note of its descriptor, or null if there is none.
Watch* Reactor::watchOf(const Watched& watched) const {
  const auto fd = static_cast<std::size_t>(watched.fileno());
  return fd < watches_.size() ? watches_[fd].get() : nullptr;
}

// The watch of its descriptor. A new one, without reader and writer, if there was none.
Watch& Reactor::watchFor(const Watched& watched) {
  const int fd = watched.fileno();
  if (fd < 0) throw std::logic_error(watched.logPrefix() + " has no descriptor to watch");
  const auto place = static_cast<std::size_t>(fd);
  if (place >= watches_.size()) watches_.resize(place + 1);
  std::unique_ptr<Watch>& watch = watches_[place];
  if (!watch) watch = std::make_unique<Watch>(Watch{.fd = fd, .name = watched.logPrefix()});
  return *watch;
}

void Reactor::checkFree(const Watch& watch, const void* other) {
  if (other == nullptr) return;
  throw std::logic_error(
      fmt::format("descriptor {} is watched already, for {}: remove a reader "
                  "or writer before you close its descriptor",
                  watch.fd, watch.name));
}

// Says whom a watch is for from now on.
void Reactor::change(Watch& watch, Reader* reader, Writer* writer) {
  try {
    poller_->change(watch, reader != nullptr, writer != nullptr);
  } catch (...) {
    dropIfUnused(watch);
    throw;
  }
  watch.reader = reader;
  watch.writer = writer;
  dropIfUnused(watch);
}

// It may be one of those that are ready in this turn, so it goes at the turn's end.
void Reactor::dropIfUnused(Watch& watch) {
  if (watch.reader != nullptr || watch.writer != nullptr) return;
  removed_.push_back(std::move(watches_[static_cast<std::size_t>(watch.fd)]));
}

// Calls the handlers of a watch that is ready. It may have been removed since it became ready; then
// there are none.
void Reactor::dispatch(Watch& watch) {
  if (watch.closed) return loseAll(watch, closed(watch));
  if (watch.reader == nullptr && watch.writer == nullptr) return;
  if (watch.readable) ++watch.reads;
  const Handler handler{.watch = &watch, .reads = watch.readable};
  observe([&](LoopObserver& observer) { observer.calling(handler); });
  const void* who = nullptr;
  try {
    if (watch.readable && running() && watch.reader != nullptr) {
      who = watch.reader;
      watch.reader->doRead();
    }
    if (watch.writable && running() && watch.writer != nullptr) {
      who = watch.writer;
      watch.writer->doWrite();
    }
  } catch (...) {
    lose(watch, who, Failure::current());
  }
  observe([&](LoopObserver& observer) { observer.called(handler); });
}

// Removes one that has thrown, for reading and for writing, and tells it why: it has not done what
// it was called for, so it would be called again at once, forever. If it has removed itself, it may
// be gone: until we know better, `who` is only compared.
void Reactor::lose(Watch& watch, const void* who, const Failure& reason) {
  Watched* lost = nullptr;
  if (who == watch.reader) lost = watch.reader;
  if (who == watch.writer) lost = watch.writer;
  if (lost == nullptr) return report(watch.name, reason);
  const bool reads = lost == static_cast<Watched*>(watch.reader);
  const bool writes = lost == static_cast<Watched*>(watch.writer);
  change(watch, reads ? nullptr : watch.reader, writes ? nullptr : watch.writer);
  guard(watch.name, [&] { lost->connectionLost(reason); });
}

void Reactor::loseAll(Watch& watch, const Failure& reason) {
  if (watch.reader != nullptr) lose(watch, watch.reader, reason);
  if (watch.writer != nullptr) lose(watch, watch.writer, reason);
}

// ---- connections -------------------------------------------------------------------------------

void Reactor::connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                         Duration limit) {
  checkThread("connectTCP");
  const auto connector = std::make_shared<Connector>(*this, server, std::move(factory));
  own(connector);
  connector->start(limit);
}

std::shared_ptr<ListeningPort> Reactor::listenTCP(const Address& where,
                                                  std::shared_ptr<Factory> factory, int backlog) {
  checkThread("listenTCP");
  const auto listener = std::make_shared<Listener>(*this, where, std::move(factory), backlog);
  addReader(*listener);
  own(listener);
  return listener;
}

void Reactor::resolve(const Address& server, Resolved resolved, NotResolved notResolved) {
  checkThread("resolve");
  const Resolver::Answer answer = lookUps_.add(std::move(resolved), std::move(notResolved));
  if (const std::optional<Endpoint> endpoint = numericEndpoint(server)) {
    callWhenRunning([answer, found = std::vector{*endpoint}] { answer(found); });
  } else {
    // It may come from another thread, or from within libevent, so it comes as a letter. The
    // resolver holds on to the mailbox, and to nothing else of ours.
    resolver_->lookUp(server, [answer, mailbox = mailbox_](const Resolver::Found& found) {
      mailbox->post([answer, found] { answer(found); }, CallSite::here());
    });
  }
}

void Reactor::own(std::shared_ptr<Watched> watched) {
  watched->place_ = owned_.size();
  owned_.push_back(std::move(watched));
}

// The last of them takes the place that becomes free.
void Reactor::release(const Watched& watched) {
  const std::size_t place = watched.place_;
  if (place >= owned_.size() || owned_[place].get() != &watched) return;
  std::swap(owned_[place], owned_.back());
  owned_[place]->place_ = place;
  released_.push_back(std::move(owned_.back()));
  owned_.pop_back();
}

// ---- what it says about itself -----------------------------------------------------------------

void Reactor::addObserver(std::shared_ptr<LoopObserver> observer) {
  observers_.push_back(std::move(observer));
}

void Reactor::report(const std::string& what, const Failure& failure) const noexcept {
  say(fmt::format("unhandled error in {}: {}", what, failure.message()));
}

void Reactor::say(const std::string& line) const noexcept {
  try {
    if (log_) return log_(line);
    const std::string text = line + "\n";
    writeAll(STDERR_FILENO, text.data(), text.size());
  } catch (...) {
    // No one can be told. The loop must go on all the same.
  }
}

// ---- the end -----------------------------------------------------------------------------------

// run() is over. Tells everyone who still waits for something.
void Reactor::letGoOfAll() {
  state_ = State::kStopped;
  mailbox_->close();
  removeReader(letterWaker_);
  removeReader(signalWaker_);

  // What they are told may make them ask for new connections. Those come too late: they go with the
  // reactor, and are told nothing.
  for (const auto& watched : std::exchange(owned_, {})) {
    guard("a connection", [&] { watched->connectionLost(stopped()); });
  }
  lookUps_.end([this](const NotResolved& notResolved) {
    guard("a look-up", [&] { notResolved(stopped()); });
  });
  std::vector<Watch*> left;
  for (const auto& watch : watches_) {
    if (watch) left.push_back(watch.get());
  }
  for (Watch* watch : left) loseAll(*watch, stopped());
  signals_.giveBack();
  endTurn();
}

}  // namespace poetry
