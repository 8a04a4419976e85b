#include "contest_results.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "machine.h"
#include "summary.h"

namespace poetry {

namespace {

using nlohmann::json;

template <typename Operation>
Figures eachRound(const Entry& entry, const Entry& yardstick, Operation operation) {
  const Figures ours = entry.all(0), theirs = yardstick.all(0);
  Figures values;
  std::transform(ours.begin(), ours.end(), theirs.begin(), std::back_inserter(values), operation);
  return values;
}

json toJson(const Entry& entry, const ContestResults& contest) {
  if (!entry.skipped.empty()) {
    return {{"contestant", entry.contestant}, {"skipped", entry.skipped}};
  }
  json figures = json::array();
  for (std::size_t i = 0; i < entry.runs.front().size(); ++i) {
    figures.push_back(summary(entry.all(i)));
  }
  const Entry& yardstick = contest.of(contest.yardstick);
  return {{"contestant", entry.contestant},
          {"figures", std::move(figures)},
          {"above", summary(above(entry, yardstick))},
          {"times", summary(times(entry, yardstick))},
          {"runs", entry.runs}};
}

json toJson(const ContestResults& contest) {
  json figures = json::array();
  for (const Figure& each : contest.figures) {
    figures.push_back({{"figure", each.name}, {"digits", each.digits}});
  }
  json results = json::array();
  for (const Entry& each : contest.entries) results.push_back(toJson(each, contest));
  return {{"contest", contest.contest},     {"caption", contest.caption},
          {"rounds", contest.rounds},       {"figures", std::move(figures)},
          {"yardstick", contest.yardstick}, {"results", std::move(results)}};
}

json toJson(const Aim& aim) {
  const bool atMost = aim.limit == Aim::Limit::kAtMost;
  const double measured = median(aim.measured);
  return {{"aim", aim.what},
          {atMost ? "most" : "least", aim.value},
          {"measured", summary(aim.measured)},
          {"met", atMost ? measured <= aim.value : measured >= aim.value}};
}

}  // namespace

Figures Entry::all(std::size_t figure) const {
  Figures values;
  for (const Figures& run : runs) values.push_back(run.at(figure));
  return values;
}

const Entry& ContestResults::of(const std::string& contestant) const {
  for (const Entry& each : entries) {
    if (each.contestant == contestant) return each;
  }
  throw std::out_of_range(contestant);
}

Figures above(const Entry& entry, const Entry& yardstick) {
  return eachRound(entry, yardstick, std::minus<>());
}

Figures times(const Entry& entry, const Entry& yardstick) {
  return eachRound(entry, yardstick, std::divides<>());
}

Aim atMost(double most, std::string what, Figures measured) {
  return {Aim::Limit::kAtMost, most, std::move(what), std::move(measured)};
}

Aim atLeast(double least, std::string what, Figures measured) {
  return {Aim::Limit::kAtLeast, least, std::move(what), std::move(measured)};
}

json toJson(const AllResults& results) {
  json contests = json::array(), aims = json::array();
  for (const ContestResults& each : results.contests) contests.push_back(toJson(each));
  for (const Aim& each : results.aims) aims.push_back(toJson(each));
  return {{"machine", describeMachine()},
          {"rounds", results.rounds},
          {"contests", std::move(contests)},
          {"aims", std::move(aims)}};
}

}  // namespace poetry
