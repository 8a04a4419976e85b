#include "contests.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "loops.h"
#include "table.h"
#include "workloads.h"

namespace poetry {

namespace {

struct Contest {
  ContestResults results;  // without entries, before it has run
  std::vector<Contestant> contestants;
  std::function<Figures(const MakeLoop&)> measure;
};

// ---- What is measured --------------------------------------------------------------------------

const std::string kOurs = "LibeventReactor";
const Figure kCost{"ns"};

struct Sizes {
  std::size_t events;
  std::size_t few;  // timers that are pending
  std::size_t many;
  std::size_t timers;
  std::size_t late;
};
constexpr Sizes kSizes{40'000, 1000, 100'000, 100'000, 200};
constexpr Sizes kQuickSizes{2000, 100, 5000, 5000, 50};

Contest eventContest(std::size_t ready, const Sizes& sizes) {
  constexpr std::size_t kDescriptors = 100;
  const EventLoad load{kDescriptors, ready, sizes.events};
  return {{fmt::format("One descriptor event, {} a turn", ready),
           fmt::format("Of {} descriptors, {} stayed ready. The handlers make no system call.",
                       kDescriptors, ready),
           {kCost},
           bareLibevent().name},
          {bareEpoll(), bareLibevent(), bareLibeventPrecise(), libeventReactor(),
           libeventReactorQuiet(), selectReactor(), libuv(), standaloneAsio()},
          [load](const MakeLoop& make) { return Figures{costOfEvent(make, load)}; }};
}

// By default libevent's clock is so coarse that its loop sleeps until the next tick when it has
// called all timers, and sleeping costs CPU, too. So the yardstick is the one with the precise one.
Contest timerContest(std::size_t pending, const Sizes& sizes) {
  const TimerLoad load{pending, std::max(sizes.timers, pending)};
  return {{fmt::format("One timer, {} pending", withCommas(static_cast<long>(pending))),
           "Whenever a timer fired, it was set again, to a random time.",
           {kCost},
           bareLibeventPrecise().name},
          {bareLibevent(), bareLibeventPrecise(), bareLibeventOnce(), libeventReactor(), libuv(),
           standaloneAsio()},
          [load](const MakeLoop& make) { return Figures{costOfTimer(make, load)}; }};
}

Contest cancelContest(std::size_t pending, const Sizes& sizes) {
  const TimerLoad load{pending, sizes.timers};
  return {{fmt::format("One timer that is cancelled, {} pending",
                       withCommas(static_cast<long>(pending))),
           "Set to a random time, and cancelled at once.",
           {kCost},
           bareLibeventPrecise().name},
          {bareLibevent(), bareLibeventPrecise(), libeventReactor(), libuv(), standaloneAsio()},
          [load](const MakeLoop& make) { return Figures{costOfCancelledTimer(make, load)}; }};
}

Contest latenessContest(const Sizes& sizes) {
  return {{"A timer's lateness",
           fmt::format("{} timers, due at random times from 1 to 5 ms from their start. Below "
                       "zero: early.",
                       sizes.late),
           {{"median, µs"}, {"99th of 100, µs"}, {"least, µs"}},
           bareLibeventPrecise().name},
          {bareLibevent(), bareLibeventPrecise(), libeventReactor(), selectReactor(), libuv(),
           standaloneAsio()},
          [timers = sizes.late](const MakeLoop& make) {
            const Lateness late = lateness(make, timers);
            return Figures{late.median, late.ninetyNinth, late.least};
          }};
}

// ---- Measuring ---------------------------------------------------------------------------------

ContestResults run(Contest contest, int rounds) {
  fmt::print(stderr, "{}\n", contest.results.contest);
  contest.results.rounds = rounds;
  enter(contest.results, contest.contestants);
  const auto measure = [&](const Contestant& each) { return contest.measure(each.make); };
  for (int round = 0; round < rounds; ++round) {
    runOneRound(contest.results, contest.contestants, measure);
  }
  return std::move(contest.results);
}

// ---- The aims ----------------------------------------------------------------------------------

Aim eventAim(const ContestResults& contest) {
  return atMost(10, contest.contest + ": ns above " + contest.yardstick,
                above(contest.of(kOurs), contest.of(contest.yardstick)));
}

Aim timerAim(const ContestResults& contest) {
  return atMost(1.1, contest.contest + ": times " + contest.yardstick,
                times(contest.of(kOurs), contest.of(contest.yardstick)));
}

Aim growthAim(const ContestResults& many, const ContestResults& few) {
  return atMost(2, many.contest + ": times its cost with fewer",
                times(many.of(kOurs), few.of(kOurs)));
}

Aim latenessAim(const ContestResults& contest) {
  return atMost(200, contest.contest + ", median: µs", contest.of(kOurs).all(0));
}

}  // namespace

AllResults runContests(int rounds, bool quick) {
  const Sizes& sizes = quick ? kQuickSizes : kSizes;
  const ContestResults manyEvents = run(eventContest(100, sizes), rounds);
  const ContestResults oneEvent = run(eventContest(1, sizes), rounds);
  const ContestResults fewTimers = run(timerContest(sizes.few, sizes), rounds);
  const ContestResults manyTimers = run(timerContest(sizes.many, sizes), rounds);
  const ContestResults fewCancelled = run(cancelContest(sizes.few, sizes), rounds);
  const ContestResults manyCancelled = run(cancelContest(sizes.many, sizes), rounds);
  const ContestResults late = run(latenessContest(sizes), rounds);
  return {rounds,
          {manyEvents, oneEvent, fewTimers, manyTimers, fewCancelled, manyCancelled, late},
          {eventAim(manyEvents), eventAim(oneEvent), timerAim(fewTimers), timerAim(manyTimers),
           growthAim(manyTimers, fewTimers), latenessAim(late)}};
}

}  // namespace poetry
