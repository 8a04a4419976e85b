// Purpose: the sums over a recording, and the table of them. Fails: never; an empty sum is zero and
// a ratio without a delay is none.

#include "tools/timeline/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/timeline/text.h"

namespace poetry::timeline {

namespace {

void addSpans(std::array<double, kSpanKinds>& seconds, const Lane& lane) {
  for (const Span& span : lane.spans) seconds[indexOf(span.kind)] += span.end - span.begin;
}

void addShares(Totals& totals, const Recording& recording) {
  totals.sharesAreOfLoop = recording.loop && !recording.loop->spans.empty();
  if (totals.sharesAreOfLoop)
    addSpans(totals.shares, *recording.loop);
  else
    for (const Lane& task : recording.tasks) addSpans(totals.shares, task);

  const double whole = totals.sharesAreOfLoop ? recording.loop->delay() : totals.sumOfDelays;
  for (double& share : totals.shares) share = whole > 0 ? share / whole : 0;
}

}  // namespace

Totals totalsOf(const Recording& recording) {
  Totals totals;
  totals.seconds = recording.seconds;
  for (const Lane& task : recording.tasks) {
    totals.sumOfDelays += task.delay();
    totals.longestDelay = std::max(totals.longestDelay, task.delay());
    totals.failed += task.ending == Ending::kFailed ? 1 : 0;
    totals.cutShort += task.ending == Ending::kCutShort ? 1 : 0;
  }
  if (totals.longestDelay > 0) totals.ratio = totals.seconds / totals.longestDelay;
  addShares(totals, recording);
  return totals;
}

std::string formatRatio(const Totals& totals) {
  return totals.ratio ? fmt::format("{:.2f}", *totals.ratio) : "-";
}

std::string textTable(const std::vector<Recording>& recordings) {
  constexpr auto kRow = FMT_STRING("{:<{}}  {:>8}  {:>13}  {:>13}  {:>5}\n");
  std::size_t width = std::string_view("model").size();
  for (const Recording& recording : recordings) width = std::max(width, recording.model.size());

  std::string table =
      fmt::format(kRow, "model", width, "seconds", "sum of delays", "longest delay", "ratio");
  for (const Recording& recording : recordings) {
    const Totals totals = totalsOf(recording);
    table += fmt::format(kRow, recording.model, width, formatSeconds(totals.seconds),
                         formatSeconds(totals.sumOfDelays), formatSeconds(totals.longestDelay),
                         formatRatio(totals));
  }
  return table;
}

}  // namespace poetry::timeline
