#pragma once

// LibeventReactor and SelectReactor, used as a program would use them.

#include <deque>

#include "loop.h"
#include "reactor/libevent_reactor.h"
#include "reactor/select_reactor.h"

namespace poetry {

class NumberedReader final : public Reader {
 public:
  NumberedReader(const Handler& handler, std::size_t number, int fd)
      : handler_(handler), number_(number), fd_(fd) {}
  int fileno() const override { return fd_; }
  std::string logPrefix() const override { return "the benchmark"; }
  void doRead() override { handler_(number_); }
  void connectionLost(const Failure&) override {}

 private:
  const Handler& handler_;
  std::size_t number_;
  int fd_;
};

template <typename SomeReactor>
class ReactorLoop final : public Loop {
 public:
  ReactorLoop(Handler handler, bool warnings) : Loop(std::move(handler)) {
    reactor_.setWarnings(warnings);
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
  SomeReactor reactor_;
};

}  // namespace poetry
