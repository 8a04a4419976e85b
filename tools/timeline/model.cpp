#include "tools/timeline/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

void addShares(Totals& totals, const Recording& recording) {
  using Lanes = std::span<const Lane>;
  totals.sharesAreOfLoop = recording.loop && !recording.loop->spans.empty();
  for (const Lane& lane :
       totals.sharesAreOfLoop ? Lanes(&*recording.loop, 1) : Lanes(recording.tasks))
    for (const Span& span : lane.spans) totals.shares[indexOf(span.kind)] += span.end - span.begin;
  const double whole = totals.sharesAreOfLoop ? recording.loop->delay() : totals.sumOfDelays;
  for (double& share : totals.shares) share = whole > 0 ? share / whole : 0;
}

}  // namespace

Totals totalsOf(const Recording& recording) {
  Totals totals;
  for (const Lane& task : recording.tasks) {
    totals.sumOfDelays += task.delay();
    totals.longestDelay = std::max(totals.longestDelay, task.delay());
    totals.failed += task.ending == Ending::kFailed ? 1 : 0;
    totals.cutShort += task.ending == Ending::kCutShort ? 1 : 0;
  }
  addShares(totals, recording);
  return totals;
}

TableRow tableRowOf(const Recording& recording) {
  const Totals totals = totalsOf(recording);
  const double longest = totals.longestDelay;
  return {recording.model, formatSeconds(recording.seconds), formatSeconds(totals.sumOfDelays),
          formatSeconds(longest),
          longest > 0 ? fmt::format("{:.2f}", recording.seconds / longest) : "-"};
}

std::string textTable(const std::vector<Recording>& recordings) {
  std::vector<TableRow> rows{kTableHead};
  for (const Recording& recording : recordings) rows.push_back(tableRowOf(recording));
  std::size_t width = 0;
  for (const TableRow& row : rows) width = std::max(width, row[0].size());

  std::string table;
  for (const auto& [model, seconds, sum, longest, ratio] : rows)
    table += fmt::format("{:<{}}  {:>8}  {:>13}  {:>13}  {:>5}\n", model, width, seconds, sum,
                         longest, ratio);
  return table;
}

}  // namespace poetry::timeline
