#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/address.h"
#include "common/unique_fd.h"
#include "net/protocol.h"
#include "reactor/delayed_call.h"
#include "reactor/failure.h"
#include "reactor/look_ups.h"
#include "reactor/mailbox.h"
#include "reactor/observer.h"
#include "reactor/poller.h"
#include "reactor/resolver.h"
#include "reactor/signal_pipe.h"
#include "reactor/timer_queue.h"
#include "reactor/watched.h"

namespace poetry {

// What makes calls later: a reactor, or a test's Clock.
class ReactorTime {
 public:
  virtual ~ReactorTime() = default;

  // Calls `callback` after `delay`, never from within callLater itself. Calls of one instant are
  // made in the order in which they were asked for.
  virtual DelayedCall callLater(Duration delay, Callback callback,
                                CallSite where = CallSite::here()) = 0;
};

// What a program needs of a reactor if it uses only connections, and no descriptors. (Twisted
// divides a reactor like this: IReactorTime, IReactorTCP.)
class ReactorTCP : public ReactorTime {
 public:
  static constexpr Duration kTimeLimit = std::chrono::seconds(30);

  // Connects to a server, and gives the connection a protocol that `factory` builds. Tries all
  // addresses of a name, one after the other, and gives up after `limit`. Returns at once; the
  // factory is told later. It is kept until then, and for as long as its protocol lives.
  virtual void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                          Duration limit = kTimeLimit) = 0;
};

// The loop of chapter 2, and nothing of its poetry: waits until something can go on, calls the
// handler for it, and does so again until it is stopped. Twisted's reactor, in its own words.
//
// All callbacks, here called handlers, run in the thread that called run(), one after the other. A
// handler that takes long makes all others wait, and nothing can interrupt it. What a handler
// throws is reported, and the loop goes on.
//
// It belongs to the thread that called run(), or before that to the one that made it. From any
// other thread, only callFromThread may be called; stop and most other functions throw WrongThread
// then.
class Reactor final : public ReactorTCP {
 public:
  // Where the errors of callbacks go, a line each.
  using Log = std::function<void(const std::string&)>;

  // Waits with `poller`, or with select if there is none. Looks names up with `resolver`, or in
  // threads if there is none. Logs to standard error if there is no `log`.
  explicit Reactor(std::unique_ptr<Poller> poller = nullptr,
                   std::unique_ptr<Resolver> resolver = nullptr, Log log = nullptr);

  // Tells no one: those that would be told may be gone already.
  ~Reactor() override;

  // ---- the loop ----

  // Runs until stop(). While it does, SIGINT and SIGTERM stop it. (Signals belong to the process:
  // if several reactors run, they stop the one that was first.) At its end the reactor lets go of
  // all connections and descriptors, and tells them so by connectionLost.
  // Throws ReactorAlreadyRunning or, the second time, ReactorNotRestartable. If an observer has
  // thrown, it stops by itself, and throws that.
  void run();

  // Ends run(), when the handler that calls this has returned; no other handler is called. Throws
  // ReactorNotRunning if it is not running, or was stopped already.
  void stop();

  bool running() const { return state_ == State::kRunning; }

  // The signal that stopped it, or 0.
  int stoppedBySignal() const { return stoppedBySignal_; }

  // ---- calls ----

  DelayedCall callLater(Duration delay, Callback callback,
                        CallSite where = CallSite::here()) override;

  // Calls `callback` in the loop, soon. From a handler too.
  void callWhenRunning(Callback callback, CallSite where = CallSite::here());

  // The same, from any thread: the only function that may be called from another one. A reactor
  // that has stopped drops the callback.
  void callFromThread(Callback callback, CallSite where = CallSite::here());

  // ---- descriptors ----

  // Watches a descriptor from now on. Adding it again changes nothing, nor does removing what is
  // not there. Once removed it is not called, not even if it was ready already. addReader and
  // addWriter throw std::runtime_error if the descriptor cannot be watched.
  void addReader(Reader& reader);
  void removeReader(Reader& reader);
  void addWriter(Writer& writer);
  void removeWriter(Writer& writer);

  // ---- connections ----

  void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                  Duration limit = kTimeLimit) override;

  // Looks up the addresses of a host without blocking the loop. Calls one of the two, once, later;
  // the second one also if the reactor stops first.
  using Resolved = LookUps::Resolved;
  using NotResolved = LookUps::NotResolved;
  void resolve(const Address& server, Resolved resolved, NotResolved notResolved);

  // The reactor owns `watched` from now on, until release(). If it still does when it has stopped,
  // it calls connectionLost.
  void own(std::shared_ptr<Watched> watched);

  // The reactor lets go of `watched` at the end of the turn, if it owns it. So an object may
  // release itself, and still finish the function that it is in.
  void release(const Watched& watched);

  // ---- what it says about itself ----

  // Tells `observer` what the loop does, from now on. Costs nothing while there is none.
  void addObserver(std::shared_ptr<LoopObserver> observer);

  // A line for the log.
  void say(const std::string& line) const noexcept;
  void report(const std::string& what, const Failure& failure) const noexcept;

 private:
  enum class State { kNew, kRunning, kStopping, kStopped };

  // Reads what comes into the loop from outside, by a pipe: letters, signals.
  struct Waker : Reader {
    Waker(int fd_, Callback read_) : fd(fd_), read(std::move(read_)) {}
    int fileno() const override { return fd; }
    std::string logPrefix() const override { return "the waker"; }
    void doRead() override { read(); }
    void connectionLost(const Failure&) override {}

    int fd;
    Callback read;
  };

  void loop();
  void waitOnce();
  void endTurn();
  void checkThread(const char* function) const;
  void readLetters();
  void readSignal();

  void runDueCalls();
  void call(const Callback& callback, CallSite where);

  Watch* watchOf(const Watched& watched) const;
  Watch& watchFor(const Watched& watched);
  static void checkFree(const Watch& watch, const void* other);
  void change(Watch& watch, Reader* reader, Writer* writer);
  void dropIfUnused(Watch& watch);
  void dispatch(Watch& watch);
  void lose(Watch& watch, const void* who, const Failure& reason);
  void loseAll(Watch& watch, const Failure& reason);

  template <typename Function>
  void observe(const Function& tell);
  template <typename What, typename Function>
  void guard(const What& what, const Function& function) const;
  void letGoOfAll();

  std::unique_ptr<Poller> poller_;
  std::unique_ptr<Resolver> resolver_;  // may use the poller
  Log log_;
  std::thread::id thread_ = std::this_thread::get_id();
  State state_ = State::kNew;
  int stoppedBySignal_ = 0;

  TimerQueue timers_;
  std::vector<std::unique_ptr<Watch>> watches_;  // by descriptor
  std::vector<Watch*> ready_;                    // in this turn
  LookUps lookUps_;
  std::vector<std::shared_ptr<Watched>> owned_;

  // What may still be in use in this turn. It goes at its end.
  std::vector<std::unique_ptr<Watch>> removed_;
  std::vector<std::shared_ptr<Watched>> released_;

  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();  // a resolver holds it, too
  SignalPipe signals_;
  Waker letterWaker_{mailbox_->readEnd(), [this] { readLetters(); }};
  Waker signalWaker_{signals_.readEnd(), [this] { readSignal(); }};

  std::vector<std::shared_ptr<LoopObserver>> observers_;
  std::exception_ptr observerError_;  // what one of them has thrown; then none is asked any more
};

}  // namespace poetry
