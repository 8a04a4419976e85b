#pragma once

// The reactor over its pollers, used as a program would use it.

#include <deque>

#include "loop.h"
#include "reactor/diagnostics/diagnostics.h"
#include "reactor/reactor.h"

namespace poetry {

class NumberedReader final : public Reader {
 public:
  NumberedReader(const OnReady& handler, std::size_t number, int fd)
      : handler_(handler), number_(number), fd_(fd) {}
  int fileno() const override { return fd_; }
  std::string logPrefix() const override { return "the benchmark"; }
  void doRead() override { handler_(number_); }
  void connectionLost(const Failure&) override {}

 private:
  const OnReady& handler_;
  std::size_t number_;
  int fd_;
};

template <typename SomePoller>
class ReactorLoop final : public Loop {
 public:
  ReactorLoop(OnReady handler, bool diagnostics) : Loop(std::move(handler)) {
    if (diagnostics) reactor_.addObserver(std::make_shared<Diagnostics>(reactor_));
  }

  void watch(std::size_t number, int fd) override {
    reactor_.addReader(readers_.emplace_back(handler_, number, fd));
  }

  void setTimer(std::size_t number, Duration delay) override { callLater(number, delay); }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    callLater(number, delay).cancel();
  }

  void run() override { reactor_.run(); }
  void stop() override { reactor_.stop(); }

 private:
  DelayedCall callLater(std::size_t number, Duration delay) {
    return reactor_.callLater(delay, [this, number] { handler_(number); });
  }

  std::deque<NumberedReader> readers_;  // a deque, and before the reactor, which remembers them
  Reactor reactor_{std::make_unique<SomePoller>()};
};

}  // namespace poetry
