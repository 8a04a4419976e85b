#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "workbench/simulator/words.h"

namespace poetry::simulator {

// What a callback or an errback does.
struct Action {
  enum class Kind { kReturn, kFail, kPass, kDefer };

  Kind kind = Kind::kPass;
  std::string word;  // the value, the error, or the name of a Deferred

  bool operator==(const Action&) const = default;
};

struct Pair {
  Action callback;
  Action errback;

  bool operator==(const Pair&) const = default;
};

// What happens to a Deferred that a pair has returned.
struct Firing {
  std::string name;
  Action with;  // it returns or fails

  bool operator==(const Firing&) const = default;
};

enum class Order { kNothing, kUndo, kClear, kDraw, kHelp, kQuit };

using Command = std::variant<Order, Pair, Firing>;

// What a line of input says. Throws InputError.
Command parseLine(std::string_view line);

// As one would type it.
std::string toText(const Action& action);

constexpr std::size_t kMostPairs = 100;

// What to simulate.
struct Script {
  std::vector<Pair> pairs;
  std::vector<Firing> firings;  // in this order, when the Deferred itself has fired

  // Both throw InputError if that makes no sense after what is there.
  void add(const Pair& pair);
  void add(const Firing& firing);

  // The one that fires the Deferred of this name; null if none does.
  const Firing* firingOf(std::string_view name) const;
};

}  // namespace poetry::simulator
