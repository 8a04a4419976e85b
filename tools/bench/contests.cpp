#include "contests.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "loops.h"
#include "machine.h"
#include "summary.h"
#include "table.h"
#include "workloads.h"

namespace poetry {

namespace {

using nlohmann::json;

using Figures = std::vector<double>;  // of one run

struct Contest {
  std::string name;
  std::string caption;
  std::vector<std::string> figures;  // what they are; the first is compared
  std::vector<Contestant> contestants;
  std::string yardstick;  // one of them
  std::function<Figures(const MakeLoop&)> measure;
  std::vector<std::vector<Figures>> runs = {};  // of each contestant, round by round
};

// ---- What is measured --------------------------------------------------------------------------

const std::string kOurs = "LibeventReactor";
const std::string kCost = "ns";

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
  return {fmt::format("One descriptor event, {} a turn", ready),
          fmt::format("Of {} descriptors, {} stayed ready. The handlers make no system call.",
                      kDescriptors, ready),
          {kCost},
          {bareEpoll(), bareLibevent(), bareLibeventPrecise(), libeventReactor(),
           libeventReactorQuiet(), selectReactor(), libuv(), standaloneAsio()},
          bareLibevent().name,
          [load](const MakeLoop& make) { return Figures{costOfEvent(make, load)}; }};
}

// By default libevent's clock is so coarse that its loop sleeps until the next tick when it has
// called all timers, and sleeping costs CPU, too. So the yardstick is the one with the precise one.
Contest timerContest(std::size_t pending, const Sizes& sizes) {
  const TimerLoad load{pending, std::max(sizes.timers, pending)};
  return {fmt::format("One timer, {} pending", withCommas(static_cast<long>(pending))),
          "Whenever a timer fired, it was set again, to a random time.",
          {kCost},
          {bareLibevent(), bareLibeventPrecise(), bareLibeventOnce(), libeventReactor(), libuv(),
           standaloneAsio()},
          bareLibeventPrecise().name,
          [load](const MakeLoop& make) { return Figures{costOfTimer(make, load)}; }};
}

Contest cancelContest(std::size_t pending, const Sizes& sizes) {
  const TimerLoad load{pending, sizes.timers};
  return {fmt::format("One timer that is cancelled, {} pending",
                      withCommas(static_cast<long>(pending))),
          "Set to a random time, and cancelled at once.",
          {kCost},
          {bareLibevent(), bareLibeventPrecise(), libeventReactor(), libuv(), standaloneAsio()},
          bareLibeventPrecise().name,
          [load](const MakeLoop& make) { return Figures{costOfCancelledTimer(make, load)}; }};
}

Contest latenessContest(const Sizes& sizes) {
  return {"A timer's lateness",
          fmt::format("{} timers, due at random times from 1 to 5 ms from their start. Below zero: "
                      "early.",
                      sizes.late),
          {"median, µs", "99th of 100, µs", "least, µs"},
          {bareLibevent(), bareLibeventPrecise(), libeventReactor(), selectReactor(), libuv(),
           standaloneAsio()},
          bareLibeventPrecise().name,
          [timers = sizes.late](const MakeLoop& make) {
            const Lateness late = lateness(make, timers);
            return Figures{late.median, late.ninetyNinth, late.least};
          }};
}

// ---- Measuring ---------------------------------------------------------------------------------

void runOneRound(Contest& contest) {
  for (std::size_t i = 0; i < contest.contestants.size(); ++i) {
    const Contestant& contestant = contest.contestants[i];
    if (contestant.skipped.empty()) contest.runs[i].push_back(contest.measure(contestant.make));
  }
}

void run(Contest& contest, int rounds) {
  fmt::print(stderr, "{}\n", contest.name);
  contest.runs.resize(contest.contestants.size());
  for (int round = 0; round < rounds; ++round) runOneRound(contest);
}

// ---- What follows from it ----------------------------------------------------------------------

const std::vector<Figures>& runsOf(const Contest& contest, const std::string& name) {
  for (std::size_t i = 0; i < contest.contestants.size(); ++i) {
    if (contest.contestants[i].name == name) return contest.runs[i];
  }
  throw std::out_of_range(name);
}

// Of the first figures, round by round.
template <typename Operation>
json compare(const std::vector<Figures>& runs, const std::vector<Figures>& others,
             Operation operation) {
  std::vector<double> values;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    values.push_back(operation(runs[i].front(), others[i].front()));
  }
  return summary(std::move(values));
}

json toJson(const Contestant& contestant, const std::vector<Figures>& runs,
            const std::vector<Figures>& yardstick) {
  if (!contestant.skipped.empty()) {
    return {{"contestant", contestant.name}, {"skipped", contestant.skipped}};
  }
  json figures = json::array();
  for (std::size_t i = 0; i < runs.front().size(); ++i) {
    std::vector<double> values;
    for (const Figures& run : runs) values.push_back(run[i]);
    figures.push_back(summary(std::move(values)));
  }
  return {{"contestant", contestant.name},
          {"figures", std::move(figures)},
          {"above", compare(runs, yardstick, std::minus<>())},
          {"times", compare(runs, yardstick, std::divides<>())},
          {"runs", runs}};
}

json toJson(const Contest& contest) {
  json results = json::array();
  for (std::size_t i = 0; i < contest.contestants.size(); ++i) {
    results.push_back(
        toJson(contest.contestants[i], contest.runs[i], runsOf(contest, contest.yardstick)));
  }
  return {{"contest", contest.name},
          {"caption", contest.caption},
          {"figures", contest.figures},
          {"yardstick", contest.yardstick},
          {"results", std::move(results)}};
}

// ---- The aims ----------------------------------------------------------------------------------

json aim(const std::string& what, double most, const json& measured) {
  return {{"aim", what},
          {"most", most},
          {"measured", measured},
          {"met", measured.at("median").get<double>() <= most}};
}

json eventAim(const Contest& contest) {
  constexpr double kMost = 10;
  return aim(contest.name + ": ns above " + contest.yardstick, kMost,
             compare(runsOf(contest, kOurs), runsOf(contest, contest.yardstick), std::minus<>()));
}

json timerAim(const Contest& contest) {
  constexpr double kMost = 1.1;
  return aim(contest.name + ": times " + contest.yardstick, kMost,
             compare(runsOf(contest, kOurs), runsOf(contest, contest.yardstick), std::divides<>()));
}

json growthAim(const Contest& many, const Contest& few) {
  constexpr double kMost = 2;
  return aim(many.name + ": times its cost with fewer", kMost,
             compare(runsOf(many, kOurs), runsOf(few, kOurs), std::divides<>()));
}

json latenessAim(const Contest& contest) {
  constexpr double kMost = 200;
  return aim(contest.name + ", median: µs", kMost,
             compare(runsOf(contest, kOurs), runsOf(contest, kOurs),
                     [](double late, double) { return late; }));
}

}  // namespace

json runContests(int rounds, bool quick) {
  const Sizes& sizes = quick ? kQuickSizes : kSizes;
  Contest manyEvents = eventContest(100, sizes);
  Contest oneEvent = eventContest(1, sizes);
  Contest fewTimers = timerContest(sizes.few, sizes);
  Contest manyTimers = timerContest(sizes.many, sizes);
  Contest fewCancelled = cancelContest(sizes.few, sizes);
  Contest manyCancelled = cancelContest(sizes.many, sizes);
  Contest late = latenessContest(sizes);

  json contests = json::array();
  for (Contest* contest :
       {&manyEvents, &oneEvent, &fewTimers, &manyTimers, &fewCancelled, &manyCancelled, &late}) {
    run(*contest, rounds);
    contests.push_back(toJson(*contest));
  }
  return {{"machine", describeMachine()},
          {"rounds", rounds},
          {"contests", std::move(contests)},
          {"aims",
           {eventAim(manyEvents), eventAim(oneEvent), timerAim(fewTimers), timerAim(manyTimers),
            growthAim(manyTimers, fewTimers), latenessAim(late)}}};
}

}  // namespace poetry
