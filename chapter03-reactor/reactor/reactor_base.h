#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "reactor/handler_watch.h"
#include "reactor/mailbox.h"
#include "reactor/reactor.h"
#include "reactor/timer_queue.h"

namespace poetry {

// A descriptor that a reactor watches, for reading or for writing.
struct Watch {
  virtual ~Watch() = default;

  // Whom it is for; null once it was removed.
  Watched* watched() const {
    return reader != nullptr ? static_cast<Watched*>(reader) : static_cast<Watched*>(writer);
  }

  int fd = -1;
  Reader* reader = nullptr;  // one of the two; both null when it was removed
  Writer* writer = nullptr;
  std::string name;
  int task = 0;  // see Reactor::setTask
  BusyWait busyWait;
};

// Something that lives in the reactor and that the reactor owns: a connection, or the attempt to
// make one.
class Resident {
 public:
  virtual ~Resident() = default;

  std::size_t place = 0;  // among the reactor's residents, while it is one

  // The reactor has stopped. Called once, last; then it is destroyed.
  virtual void reactorStopped(const Failure& reason) = 0;
};

// All of a reactor but the waiting: calls, threads, signals, connections, and the care that a
// handler needs. A derived class says how to wait; see SelectReactor, which shows how little that
// is.
class ReactorBase : public Reactor {
 public:
  ReactorBase();
  ~ReactorBase() override;

  void run() final;
  void stop() final;
  bool running() const final { return state_ == State::kRunning; }
  int stoppedBySignal() const final { return stoppedBySignal_; }

  DelayedCall callLater(Duration delay, Callback callback, CallSite where = CallSite::here()) final;
  void callWhenRunning(Callback callback, CallSite where = CallSite::here()) final;
  void callFromThread(Callback callback, CallSite where = CallSite::here()) final;

  void addReader(Reader& reader) final;
  void removeReader(Reader& reader) final;
  void addWriter(Writer& writer) final;
  void removeWriter(Writer& writer) final;

  void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                  Duration limit = kTimeLimit) final;
  void resolve(const Address& server, Resolved resolved, NotResolved notResolved) final;

  void setWarnings(bool on) final { handlers_.setWarnings(on); }
  void setLog(Log log) final { handlers_.setLog(std::move(log)); }
  void setObserver(LoopObserver* observer) final { handlers_.setObserver(observer); }
  void setTask(int task) final { handlers_.setTask(task); }

  // ---- for what lives in the reactor ----

  // keep() owns it from now on, and letGo() gives it back: a resident that lets go of itself holds
  // on to the result until it is done.
  void keep(std::shared_ptr<Resident> resident);
  std::shared_ptr<Resident> letGo(const Resident& resident);
  void noteConnected() { handlers_.noteConnected(); }
  void noteReceived(std::size_t bytes) { handlers_.noteReceived(bytes); }

 protected:
  // ---- what a reactor is made of; all are called in the loop's thread ----

  // Waits until a descriptor is ready, but not longer than `limit` (none: as long as it takes), and
  // calls dispatch() for those that are; after stop(), dispatch() calls no handler. Called again
  // and again.
  virtual void doIteration(std::optional<Duration> limit) = 0;

  // A watch for a descriptor, from now on; and its end, which may come during doIteration, even for
  // a watch that is ready. Overridden where the system keeps a list of its own.
  virtual std::unique_ptr<Watch> startWatching(int fd, bool forWriting);
  virtual void stopWatching(Watch& watch);

  // Looks a name up, and gives the answer to answer(), with the number. Unless overridden, in a
  // thread that may block.
  virtual void lookUp(const Address& server, std::uint64_t number);

  // ---- what it can use ----

  // By descriptor.
  using Watches = std::map<int, std::unique_ptr<Watch>>;
  const Watches& readers() const { return readers_; }
  const Watches& writers() const { return writers_; }

  // Calls the handler of a watch that is ready. Does nothing for one that was removed, so it may be
  // given one that was ready when the turn began.
  void dispatch(Watch& watch);

  // Removes a watch whose handler cannot be called, for reading and for writing, and tells it why.
  void lose(Watch& watch, const Failure& reason);

  // When the next call is due, if there is one.
  std::optional<TimePoint> timeOfNextCall() const { return timers_.next(); }

  // The task that we are working for; see Reactor::setTask.
  int task() const { return handlers_.task(); }

  // Delivers the answer to a look-up. The reactor may have stopped waiting for it.
  using LookUpAnswer = std::variant<std::vector<Endpoint>, Failure>;
  void answer(std::uint64_t number, LookUpAnswer found);

  // For the destructor of a class with a stopWatching: lets go of all connections and watches.
  void dismantle();

  bool stopping() const { return state_ != State::kRunning; }

 private:
  enum class State { kNew, kRunning, kStopping, kStopped };

  // Wakes the loop; see Mailbox.
  class Waker : public Reader {
   public:
    explicit Waker(ReactorBase& reactor) : reactor_(reactor) {}
    int fileno() const override { return reactor_.mailbox_->readEnd(); }
    std::string logPrefix() const override { return "the waker"; }
    void doRead() override { reactor_.readMail(); }
    void connectionLost(const Failure&) override {}

   private:
    ReactorBase& reactor_;
  };

  // A name that is being looked up.
  struct LookUp {
    Resolved resolved;
    NotResolved notResolved;
    int task;
  };

  void loop();
  void checkThread(const char* function) const;
  void runDueCalls();
  std::optional<Duration> timeUntilNextCall() const;
  void readMail();
  Watch* add(Watches& watches, const Watched& watched, bool forWriting);
  void remove(Watches& watches, int fd, const Watched& watched);
  void read(Watch& watch, Reader& reader);
  void call(CallSite where, int task, const Callback& callback);
  void deliver(std::uint64_t number, const LookUpAnswer& found);
  void letGoOfAll();
  void letGoOfResidents();
  void letGoOfLookUps();
  void letGoOfWatches();

  // Runs `handler`; reports what it throws.
  template <typename Name, typename Handler>
  void guard(const Name& name, const Handler& handler) {
    try {
      handler();
    } catch (...) {
      handlers_.report(HandlerWatch::nameOf(name), Failure::current());
    }
  }

  std::thread::id thread_ = std::this_thread::get_id();
  State state_ = State::kNew;
  int stoppedBySignal_ = 0;
  HandlerWatch handlers_;
  TimerQueue timers_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  Waker waker_{*this};
  Watches readers_;
  Watches writers_;
  std::vector<std::unique_ptr<Watch>> removed_;  // in this turn; there may be pointers to them
  std::vector<std::shared_ptr<Resident>> residents_;
  std::map<std::uint64_t, LookUp> lookUps_;
  std::uint64_t lastLookUp_ = 0;
};

}  // namespace poetry
