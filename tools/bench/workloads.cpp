#include "workloads.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <ctime>
#include <random>
#include <vector>

#include "common/syscall.h"
#include "common/unique_fd.h"

namespace poetry {

namespace {

double cpuNanoseconds() {
  timespec time{};
  checked(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), "clock_gettime");
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Takes the time of so many events, after so many others that do not count.
class Stopwatch {
 public:
  Stopwatch(std::size_t warmUp, std::size_t events) : first_(warmUp), last_(warmUp + events) {}

  // One more. Returns whether that was the last.
  bool count() {
    ++count_;
    if (count_ == first_) started_ = cpuNanoseconds();
    if (count_ == last_) elapsed_ = cpuNanoseconds() - started_;
    return count_ == last_;
  }

  bool over() const { return count_ >= last_; }
  double each() const { return elapsed_ / static_cast<double>(last_ - first_); }

 private:
  std::size_t first_;
  std::size_t last_;
  std::size_t count_ = 0;
  double started_ = 0;
  double elapsed_ = 0;
};

// The same times for every loop.
class RandomDelay {
 public:
  RandomDelay(Duration least, Duration most) : among_(least.count(), most.count()) {}
  Duration operator()() { return Duration(among_(random_)); }

 private:
  std::minstd_rand random_{1};
  std::uniform_int_distribution<Duration::rep> among_;
};

// ---- Events ------------------------------------------------------------------------------------

class StandingEvents final : public Work {
 public:
  explicit StandingEvents(const EventLoad& load) : stopwatch_(load.events / 10, load.events) {
    for (std::size_t i = 0; i < load.descriptors; ++i) {
      const int fd = ::eventfd(i < load.ready ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);
      descriptors_.emplace_back(checked(fd, "eventfd"));
    }
  }

  double run(const MakeLoop& make) {
    const auto loop = make(*this);
    loop_ = loop.get();
    for (std::size_t i = 0; i < descriptors_.size(); ++i) loop->watch(i, descriptors_[i].get());
    loop->run();
    return stopwatch_.each();
  }

  void ready(std::size_t) override {
    if (stopwatch_.count()) loop_->stop();
  }

 private:
  std::vector<UniqueFd> descriptors_;
  Stopwatch stopwatch_;
  Loop* loop_ = nullptr;
};

// ---- Timers ------------------------------------------------------------------------------------

class SteadyTimers final : public Work {
 public:
  explicit SteadyTimers(const TimerLoad& load)
      : load_(load), stopwatch_(load.pending, load.timers), delay_(Duration(0), spread(load)) {}

  double run(const MakeLoop& make) {
    const auto loop = make(*this);
    loop_ = loop.get();
    for (std::size_t i = 0; i < load_.pending; ++i) loop->setTimer(i, delay_());
    loop->run();
    return stopwatch_.each();
  }

  void fired(std::size_t number) override {
    if (stopwatch_.over()) return;
    loop_->setTimer(number, delay_());
    if (stopwatch_.count()) loop_->stop();
  }

 private:
  static Duration spread(const TimerLoad& load) {
    constexpr Duration kFasterThanAny{50};
    return kFasterThanAny * static_cast<Duration::rep>(load.pending);
  }

  TimerLoad load_;
  Stopwatch stopwatch_;
  RandomDelay delay_;
  Loop* loop_ = nullptr;
};

// ---- Lateness ----------------------------------------------------------------------------------

class LateTimers final : public Work {
 public:
  explicit LateTimers(std::size_t timers) : due_(timers), left_(timers) {}

  // In microseconds, sorted.
  std::vector<double> run(const MakeLoop& make) {
    using std::chrono::milliseconds;
    RandomDelay random(milliseconds(1), milliseconds(5));
    const auto loop = make(*this);
    loop_ = loop.get();
    for (std::size_t i = 0; i < due_.size(); ++i) {
      const Duration delay = random();
      due_[i] = Clock::now() + delay;
      loop->setTimer(i, delay);
    }
    loop->run();
    std::sort(late_.begin(), late_.end());
    return late_;
  }

  void fired(std::size_t number) override {
    late_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - due_[number]).count());
    if (--left_ == 0) loop_->stop();
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Clock::time_point> due_;
  std::vector<double> late_;
  std::size_t left_;
  Loop* loop_ = nullptr;
};

}  // namespace

double costOfEvent(const MakeLoop& make, const EventLoad& load) {
  return StandingEvents(load).run(make);
}

double costOfTimer(const MakeLoop& make, const TimerLoad& load) {
  return SteadyTimers(load).run(make);
}

double costOfCancelledTimer(const MakeLoop& make, const TimerLoad& load) {
  RandomDelay delay(std::chrono::minutes(10), std::chrono::minutes(20));
  Work nothing;  // none of them fires
  const auto loop = make(nothing);
  for (std::size_t i = 0; i < load.pending; ++i) loop->setTimer(i, delay());
  Stopwatch stopwatch(load.timers / 10 + 1, load.timers);
  do {
    loop->setAndCancelTimer(load.pending, delay());
  } while (!stopwatch.count());
  return stopwatch.each();
}

Lateness lateness(const MakeLoop& make, std::size_t timers) {
  const std::vector<double> late = LateTimers(timers).run(make);
  return {late[late.size() / 2], late[late.size() * 99 / 100], late.front()};
}

}  // namespace poetry
