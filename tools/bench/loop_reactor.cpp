// Takes part as LibeventReactor and SelectReactor: the lab's own, used as a program would use them.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "loops.h"
#include "reactor/libevent_reactor.h"
#include "reactor/select_reactor.h"

namespace poetry {

namespace {

class WorkReader final : public Reader {
 public:
  WorkReader(Work& work, std::size_t number, int fd) : work_(work), number_(number), fd_(fd) {}
  int fileno() const override { return fd_; }
  std::string logPrefix() const override { return "the benchmark"; }
  void doRead() override { work_.ready(number_); }
  void connectionLost(const Failure&) override {}

 private:
  Work& work_;
  std::size_t number_;
  int fd_;
};

template <typename SomeReactor>
class ReactorLoop final : public Loop {
 public:
  ReactorLoop(Work& work, bool warnings) : work_(work) { reactor_.setWarnings(warnings); }

  void watch(std::size_t number, int fd) override {
    reactor_.addReader(readers_.emplace_back(work_, number, fd));
  }

  void setTimer(std::size_t number, Duration delay) override { callLater(number, delay); }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    callLater(number, delay).cancel();
  }

  void run() override { reactor_.run(); }
  void stop() override { reactor_.stop(); }

 private:
  DelayedCall callLater(std::size_t number, Duration delay) {
    return reactor_.callLater(delay, [this, number] { work_.fired(number); });
  }

  Work& work_;
  std::deque<WorkReader> readers_;  // a deque, and before the reactor, which remembers them
  SomeReactor reactor_;
};

template <typename SomeReactor>
Contestant contestant(std::string name, bool warnings) {
  return {std::move(name), [warnings](Work& work) {
            return std::make_unique<ReactorLoop<SomeReactor>>(work, warnings);
          }};
}

}  // namespace

Contestant libeventReactor() {
  return contestant<LibeventReactor>("LibeventReactor", true);
}

Contestant libeventReactorQuiet() {
  return contestant<LibeventReactor>("LibeventReactor, no warnings", false);
}

Contestant selectReactor() {
  return contestant<SelectReactor>("SelectReactor", true);
}

}  // namespace poetry
