#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reactor/reactor.h"
#include "reactor/timer_queue.h"
#include "tests/simulation/chance.h"

namespace poetry::testing {

class SimulatedEnd;

// A reactor without a system: its clock goes as fast as it is called, its network is memory, and
// what goes wrong there is up to a seed. The same seed makes the same world, event for event.
//
// Bytes come late and in other pieces than they were sent in; connections are refused, ignored,
// reset after any byte, or stall; descriptors run out.
class SimulatedReactor final : public ReactorTCP {
 public:
  explicit SimulatedReactor(Chance& chance);
  ~SimulatedReactor() override;

  // Runs until there is nothing left to do, or until stop().
  void run();
  void stop() { running_ = false; }

  DelayedCall callLater(Duration delay, Callback callback,
                        CallSite where = CallSite::here()) override;
  TimePoint now() const override { return now_; }
  void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                  Duration limit = kTimeLimit) override;
  std::shared_ptr<ListeningPort> listenTCP(const Address& where, std::shared_ptr<Factory> factory,
                                           int backlog = kBacklog) override;

  // Where the errors of callbacks go.
  void setLog(Reactor::Log log) { log_ = std::move(log); }

  // ---- for the world that it is part of ----

  // Something that happens in the world, and is not a program's timer.
  void happen(Duration delay, Callback what);

  // How many programs' timers are left.
  std::size_t timers() const { return timers_.size() - happening_; }
  std::size_t happening() const { return happening_; }
  std::size_t openEnds() const { return open_.size(); }
  std::uint64_t events() const { return events_; }

  // Called before each event.
  void setWatch(std::function<void()> watch) { watch_ = std::move(watch); }

  Duration someDelay();
  Chance& chance() { return chance_; }

  // ---- for the ends of connections ----

  void opened(SimulatedEnd& end) { open_.insert(&end); }
  void closed(SimulatedEnd& end) { open_.erase(&end); }

 private:
  class Port;
  struct Attempt;

  static TimePoint timeOf(const void* reactor) {
    return static_cast<const SimulatedReactor*>(reactor)->now_;
  }

  bool descriptorLeft() const { return open_.size() < descriptors_; }
  void arrive(const std::shared_ptr<Attempt>& attempt);
  void connect(const Attempt& attempt, Port& port);

  Chance& chance_;
  TimePoint now_;
  bool running_ = true;
  TimerQueue timers_{timeOf, this};
  std::size_t happening_ = 0;
  std::uint64_t events_ = 0;
  std::size_t descriptors_;
  std::map<std::uint16_t, std::shared_ptr<Port>> ports_;
  std::set<SimulatedEnd*> open_;
  std::function<void()> watch_ = [] {};
  Reactor::Log log_ = [](const std::string&) {};
};

// One end of a connection in there.
class SimulatedEnd final : public Transport, public std::enable_shared_from_this<SimulatedEnd> {
 public:
  SimulatedEnd(SimulatedReactor& reactor, std::shared_ptr<Factory> factory, const Endpoint& peer)
      : reactor_(reactor), factory_(std::move(factory)), peer_(peer) {}

  // What may happen to the connection on its way, counted in bytes of both directions.
  struct Fate {
    std::optional<std::size_t> resetAfter;
    std::optional<std::size_t> stallsAfter;
    std::size_t delivered = 0;
  };

  void join(const std::shared_ptr<SimulatedEnd>& other, std::shared_ptr<Fate> fate);
  void start();

  void write(std::string_view bytes) override;
  void loseConnection() override;
  void abortConnection() override;
  Endpoint peer() const override { return peer_; }
  void pauseProducing() override { producing_ = false; }
  void resumeProducing() override;

  // Closes the sending half; the other one goes on.
  void endSending();

 private:
  enum class State { kOpen, kClosing, kAborted, kGone };

  template <typename Function>
  void letProtocol(const Function& function);
  void pump();
  void arrive();
  bool deliver();
  void sawEnd();
  void sawReset();
  void loseLater(const Failure& reason);
  void lose(const Failure& reason);
  bool stalled() const;

  SimulatedReactor& reactor_;
  std::shared_ptr<Factory> factory_;
  Endpoint peer_;
  std::unique_ptr<Protocol> protocol_;
  std::weak_ptr<SimulatedEnd> other_;
  std::shared_ptr<SimulatedEnd> self_;  // until it is gone
  std::shared_ptr<Fate> fate_;
  State state_ = State::kOpen;
  bool producing_ = true;
  bool broken_ = false;   // the other side has reset it, and we have not looked
  std::string underWay_;  // from us to the other side
  bool endUnderWay_ = false;
  bool pumping_ = false;
};

}  // namespace poetry::testing
