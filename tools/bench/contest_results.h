#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

// What contests have measured, and what follows from it. It leaves as JSON; but to read that
// library's header takes a compiler two seconds, so here it is only named.

namespace poetry {

using Figures = std::vector<double>;  // of one run, or one figure of all runs

struct Figure {
  std::string name;  // with its unit
  int digits = 1;    // after the point, in a table
};

// Who took part, and its runs, round by round.
struct Entry {
  std::string contestant;
  std::string skipped;             // why it has none; empty: it has
  std::vector<Figures> runs = {};  // with the contest's figures, or only the first of them

  Figures all(std::size_t figure) const;  // of all runs
};

struct ContestResults {
  std::string contest;
  std::string caption;
  std::vector<Figure> figures;  // the first is compared
  std::string yardstick;        // the contestant with whose figures
  int rounds = 0;
  std::vector<Entry> entries = {};

  const Entry& of(const std::string& contestant) const;  // throws std::out_of_range
};

// Room for the runs of all who take part, or are skipped. A contestant has a `name`, and `skipped`.
template <typename Contestants>
void enter(ContestResults& contest, const Contestants& contestants) {
  for (const auto& each : contestants) contest.entries.push_back({each.name, each.skipped});
}

// Everybody who has entered runs once, one after the other: measure(contestant) is a run's figures.
template <typename Contestants, typename Measure>
void runOneRound(ContestResults& contest, const Contestants& contestants, const Measure& measure) {
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (!contestants[i].skipped.empty()) continue;
    contest.entries[i].runs.push_back(measure(contestants[i]));
  }
}

// The first figures of one, held against those of another in the same rounds.
Figures above(const Entry& entry, const Entry& yardstick);
Figures times(const Entry& entry, const Entry& yardstick);

// Is met if the median of what was measured is.
struct Aim {
  enum class Limit { kAtMost, kAtLeast };

  Limit limit = Limit::kAtMost;
  double value = 0;
  std::string what;
  Figures measured;
};
Aim atMost(double most, std::string what, Figures measured);
Aim atLeast(double least, std::string what, Figures measured);

struct AllResults {
  int rounds = 0;
  std::vector<ContestResults> contests;
  std::vector<Aim> aims;
};

// With the machine that this is, and for everything the median, the least and the most.
nlohmann::json toJson(const AllResults& results);

}  // namespace poetry
