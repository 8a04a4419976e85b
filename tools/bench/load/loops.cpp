// loops: what one event of a descriptor and one timer cost, loop by loop, on Google Benchmark.
//
//   build/tools/bench/loops --benchmark_format=json     (--quick: to see that all works)
//
// An iteration is one event, or one timer, and its CPU time is this thread's. What is made before
// the loop runs does not count, nor does its first part, which warms it up.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/eventfd.h>

#include <memory>
#include <random>

#include "contestants/loop_epoll.h"
#include "contestants/loop_libevent.h"
#include "contestants/loop_reactor.h"
#include "reactor/epoll_poller.h"
#include "reactor/libevent_poller.h"
#include "reactor/select_poller.h"
#ifdef LAB_HAVE_LIBUV
#include "contestants/loop_libuv.h"
#endif
#ifdef LAB_HAVE_ASIO
#include "contestants/loop_asio.h"
#endif

namespace poetry {

using benchmark::State;
using MakeLoop = std::function<std::unique_ptr<Loop>(OnReady)>;

// Makes random times, the same for every loop.
auto randomDelay(Duration least, Duration most) {
  return [random = std::minstd_rand(1), among = std::uniform_int_distribution<Duration::rep>(
                                            least.count(), most.count())]() mutable {
    return Duration(among(random));
  };
}

// Counts what warms up, and then the iterations. True for the last, and what comes after it.
bool isOver(State& state, std::size_t& warmUp, bool& over) {
  if (warmUp == 0) return over = over || !state.KeepRunning();
  --warmUp;
  return false;
}

// 100 descriptors are watched, and some are ready, always the same: nothing is read. So the
// handlers make no system call, whose cost would hide the loop's.
void standingEvents(State& state, const MakeLoop& make, std::size_t ready) {
  auto warmUp = static_cast<std::size_t>(state.max_iterations) / 10;
  bool over = false;
  std::vector<UniqueFd> descriptors;
  std::unique_ptr<Loop> loop;
  loop = make([&](std::size_t) {
    if (!over && isOver(state, warmUp, over)) loop->stop();
  });
  for (std::size_t i = 0; i < 100; ++i) {
    const int fd = ::eventfd(i < ready ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->watch(i, descriptors.emplace_back(must(fd, "eventfd")).get());
  }
  loop->run();
}

// This many timers are pending at all times: one that has fired is set again, to a random time.
// They are due faster than any loop can call them, so that none sleeps.
void steadyTimers(State& state, const MakeLoop& make, std::size_t pending) {
  constexpr Duration kFasterThanAny{50};
  auto delay = randomDelay(Duration(0), kFasterThanAny * static_cast<Duration::rep>(pending));
  std::size_t warmUp = pending;
  bool over = false;
  std::unique_ptr<Loop> loop;
  loop = make([&](std::size_t number) {
    if (over) return;
    loop->setTimer(number, delay());
    if (isOver(state, warmUp, over)) loop->stop();
  });
  for (std::size_t i = 0; i < pending; ++i) loop->setTimer(i, delay());
  loop->run();
}

// A timer that is set and cancelled at once, while others are pending. None of them fires.
void cancelledTimers(State& state, const MakeLoop& make, std::size_t pending) {
  auto delay = randomDelay(std::chrono::minutes(10), std::chrono::minutes(20));
  const std::unique_ptr<Loop> loop = make([](std::size_t) {});
  for (std::size_t i = 0; i < pending; ++i) loop->setTimer(i, delay());
  for (auto warmUp = state.max_iterations / 10; warmUp > 0; --warmUp) {
    loop->setAndCancelTimer(pending, delay());
  }
  while (state.KeepRunning()) loop->setAndCancelTimer(pending, delay());
}

// How late timers fire that are due between 1 and 5 milliseconds from now, in microseconds. Below
// zero: one was early.
void lateness(State& state, const MakeLoop& make, std::size_t timers) {
  using std::chrono::milliseconds, std::chrono::steady_clock;
  auto random = randomDelay(milliseconds(1), milliseconds(5));
  std::vector<steady_clock::time_point> due;
  std::vector<double> late;
  std::unique_ptr<Loop> loop;
  loop = make([&](std::size_t number) {
    const std::chrono::duration<double, std::micro> by = steady_clock::now() - due[number];
    late.push_back(by.count());
    if (late.size() == timers) loop->stop();
  });
  for (std::size_t i = 0; i < timers; ++i) {
    const Duration delay = random();
    due.push_back(steady_clock::now() + delay);
    loop->setTimer(i, delay);
  }
  for ([[maybe_unused]] auto once : state) loop->run();
  std::sort(late.begin(), late.end());
  state.counters["median"] = late[timers / 2];
  state.counters["ninetyNinth"] = late[timers * 99 / 100];  // of a hundred
  state.counters["least"] = late.front();
}

// ---- Who takes part in what ---------------------------------------------------------------------

enum Kinds { kEvents = 1, kTimers = 2, kCancelled = 4, kLateness = 8, kAll = 15 };

struct Contestant {
  const char* name;
  int kinds;
  MakeLoop make;
};

template <typename SomeLoop, typename... Arguments>
Contestant contestant(const char* name, int kinds, Arguments... arguments) {
  return {name, kinds, [=](OnReady handler) {
            return std::make_unique<SomeLoop>(std::move(handler), arguments...);
          }};
}

const Contestant kContestants[] = {
    contestant<EpollLoop>("bare epoll", kEvents),
    contestant<LibeventLoop>("bare libevent", kAll, 0, Timers::kOwn),
    contestant<LibeventLoop>("bare libevent, precise timer", kAll, EVENT_BASE_FLAG_PRECISE_TIMER,
                             Timers::kOwn),
    contestant<LibeventLoop>("bare libevent, event_base_once", kTimers, 0, Timers::kOnce),
    contestant<ReactorLoop<LibeventPoller>>("Reactor over libevent", kAll, false),
    contestant<ReactorLoop<LibeventPoller>>("the same, with diagnostics", kEvents, true),
    contestant<ReactorLoop<EpollPoller>>("Reactor over epoll", kEvents | kLateness, false),
    contestant<ReactorLoop<SelectPoller>>("Reactor over select", kEvents | kLateness, false),
#ifdef LAB_HAVE_LIBUV
    contestant<LibuvLoop>("libuv", kAll),
#endif
#ifdef LAB_HAVE_ASIO
    contestant<AsioLoop>("Asio", kAll),
#endif
};

// Named "timers/1000/libuv": kind, size, contestant.
void enter(Kinds kind, const char* name, void (*measure)(State&, const MakeLoop&, std::size_t),
           std::size_t size, long iterations) {
  for (const Contestant& each : kContestants) {
    if ((each.kinds & kind) == 0) continue;
    const std::string whole = fmt::format("{}/{}/{}", name, size, each.name);
    benchmark::RegisterBenchmark(whole.c_str(), measure, each.make, size)->Iterations(iterations);
  }
}

void enterAll(bool quick) {
  const long events = quick ? 2000 : 40'000, timers = quick ? 5000 : 100'000;
  const std::size_t few = quick ? 100 : 1000, many = quick ? 5000 : 100'000;
  enter(kEvents, "events", standingEvents, 100, events);
  enter(kEvents, "events", standingEvents, 1, events);
  enter(kTimers, "timers", steadyTimers, few, timers);
  enter(kTimers, "timers", steadyTimers, many, timers);
  enter(kCancelled, "cancelled", cancelledTimers, few, timers);
  enter(kCancelled, "cancelled", cancelledTimers, many, timers);
  enter(kLateness, "lateness", lateness, quick ? 50 : 200, 1);
}

}  // namespace poetry

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bool quick = argc == 2 && argv[1] == std::string_view("--quick");
  if (!quick && benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  poetry::enterAll(quick);
  benchmark::RunSpecifiedBenchmarks();
}
