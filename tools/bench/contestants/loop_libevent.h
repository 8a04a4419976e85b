#pragma once

// Bare libevent keeps the events of its timers and uses them again, so that it allocates nothing
// while it runs. Or, with Timers::kOnce, makes a new event for every timer, as callLater does.

#include <event2/event.h>
#include <event2/event_struct.h>

#include <deque>

#include "loop.h"
#include "reactor/time_left.h"

namespace poetry {

enum class Timers { kOwn, kOnce };

class LibeventLoop final : public Loop {
 public:
  LibeventLoop(OnReady handler, int flags, Timers timers)
      : Loop(std::move(handler)), kind_(timers) {
    event_config* config = event_config_new();
    event_config_set_flag(config, flags);
    base_.reset(event_base_new_with_config(config));
    event_config_free(config);
  }

  ~LibeventLoop() override {
    for (auto* all : {&watches_, &timers_}) {
      for (auto& each : *all) event_del(&each.handle);
    }
  }

  void watch(std::size_t number, int fd) override {
    auto& watch = watches_.emplace_back(Numbered<event>{handler_, number});
    event_assign(&watch.handle, base_.get(), fd, EV_READ | EV_PERSIST, onEvent, &watch);
    if (event_add(&watch.handle, nullptr) != 0) throw std::runtime_error("libevent: event_add");
  }

  void setTimer(std::size_t number, Duration delay) override {
    const timeval time = toTimeval(delay);
    auto& mine = timer(number);
    if (kind_ == Timers::kOwn) {
      event_add(&mine.handle, &time);
    } else {
      event_base_once(base_.get(), -1, EV_TIMEOUT, onEvent, &mine, &time);
    }
  }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    setTimer(number, delay);
    event_del(&timer(number).handle);
  }

  void run() override { event_base_dispatch(base_.get()); }
  void stop() override { event_base_loopbreak(base_.get()); }

 private:
  Numbered<event>& timer(std::size_t number) {
    while (timers_.size() <= number) {
      auto& timer = timers_.emplace_back(Numbered<event>{handler_, timers_.size()});
      evtimer_assign(&timer.handle, base_.get(), onEvent, &timer);
    }
    return timers_[number];
  }

  static void onEvent(evutil_socket_t, short, void* argument) { Numbered<event>::call(argument); }

  std::unique_ptr<event_base, decltype(&event_base_free)> base_{nullptr, event_base_free};
  Timers kind_;
  std::deque<Numbered<event>> watches_, timers_;  // deques: libevent remembers where they are
};

}  // namespace poetry
