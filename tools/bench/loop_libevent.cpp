// Takes part as "bare libevent", in three ways: with the flags that it has by default, with the
// precise timer, and with event_base_once, which makes a new event for every timer as callLater
// does. The first two keep the events of their timers and use them again: they allocate nothing
// while they run.

#include <event2/event.h>
#include <event2/event_struct.h>

#include <deque>
#include <stdexcept>

#include "loops.h"
#include "reactor/timeval.h"

namespace poetry {

namespace {

struct BaseDeleter {
  void operator()(event_base* base) const { event_base_free(base); }
};
using Base = std::unique_ptr<event_base, BaseDeleter>;

struct ConfigDeleter {
  void operator()(event_config* config) const { event_config_free(config); }
};

Base makeBase(int flags) {
  const std::unique_ptr<event_config, ConfigDeleter> config(event_config_new());
  event_config_set_flag(config.get(), flags);
  Base base(event_base_new_with_config(config.get()));
  if (!base) throw std::runtime_error("libevent: event_base_new failed");
  return base;
}

class LibeventLoop final : public Loop {
 public:
  enum class Timers { kOwn, kOnce };

  LibeventLoop(Work& work, int flags, Timers timers)
      : work_(work), base_(makeBase(flags)), once_(timers == Timers::kOnce) {}

  ~LibeventLoop() override {
    for (auto* all : {&watches_, &timers_}) {
      for (Entry& entry : *all) event_del(&entry.event);
    }
  }

  void watch(std::size_t number, int fd) override {
    Entry& entry = watches_.emplace_back(work_, number);
    event_assign(&entry.event, base_.get(), fd, EV_READ | EV_PERSIST, onReady, &entry);
    if (event_add(&entry.event, nullptr) != 0) throw std::runtime_error("libevent: event_add");
  }

  void setTimer(std::size_t number, Duration delay) override {
    const timeval time = toTimeval(delay);
    Entry& entry = timer(number);
    if (once_) {
      event_base_once(base_.get(), -1, EV_TIMEOUT, onTimer, &entry, &time);
    } else {
      event_add(&entry.event, &time);
    }
  }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    setTimer(number, delay);
    event_del(&timer(number).event);
  }

  void run() override { event_base_dispatch(base_.get()); }
  void stop() override { event_base_loopbreak(base_.get()); }

 private:
  struct Entry {
    Entry(Work& work_, std::size_t number_) : work(work_), number(number_) {}
    Work& work;
    std::size_t number;
    struct event event {};
  };

  Entry& timer(std::size_t number) {
    while (timers_.size() <= number) {
      Entry& entry = timers_.emplace_back(work_, timers_.size());
      evtimer_assign(&entry.event, base_.get(), onTimer, &entry);
    }
    return timers_[number];
  }

  static void onReady(evutil_socket_t, short, void* entry) {
    const auto& self = *static_cast<Entry*>(entry);
    self.work.ready(self.number);
  }

  static void onTimer(evutil_socket_t, short, void* entry) {
    const auto& self = *static_cast<Entry*>(entry);
    self.work.fired(self.number);
  }

  Work& work_;
  Base base_;
  bool once_;
  std::deque<Entry> watches_;  // a deque: libevent remembers where they are
  std::deque<Entry> timers_;
};

MakeLoop makeLoop(int flags, LibeventLoop::Timers timers) {
  return [=](Work& work) { return std::make_unique<LibeventLoop>(work, flags, timers); };
}

}  // namespace

Contestant bareLibevent() {
  return {"bare libevent", makeLoop(0, LibeventLoop::Timers::kOwn)};
}

Contestant bareLibeventPrecise() {
  return {"bare libevent, precise timer",
          makeLoop(EVENT_BASE_FLAG_PRECISE_TIMER, LibeventLoop::Timers::kOwn)};
}

Contestant bareLibeventOnce() {
  return {"bare libevent, event_base_once", makeLoop(0, LibeventLoop::Timers::kOnce)};
}

}  // namespace poetry
