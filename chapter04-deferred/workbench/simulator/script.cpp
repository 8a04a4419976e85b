#include "workbench/simulator/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace poetry::simulator {

namespace {

using Kind = Action::Kind;

struct KindName {
  Kind kind;
  std::string_view name;
  std::string_view needs;  // what it is followed by
};
constexpr std::array<KindName, 4> kKinds{{{Kind::kReturn, "return", "a value"},
                                          {Kind::kFail, "fail", "an error"},
                                          {Kind::kPass, "pass", ""},
                                          {Kind::kDefer, "defer", "a name"}}};

constexpr std::array<std::pair<std::string_view, Order>, 5> kOrders{{{"undo", Order::kUndo},
                                                                     {"clear", Order::kClear},
                                                                     {"draw", Order::kDraw},
                                                                     {"help", Order::kHelp},
                                                                     {"quit", Order::kQuit}}};

const KindName* findKind(std::string_view name) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const KindName& kind) { return kind.name == name; });
  return found == kKinds.end() ? nullptr : &*found;
}

bool returns(const Pair& pair, std::string_view name) {
  const auto isIt = [&](const Action& action) {
    return action.kind == Kind::kDefer && action.word == name;
  };
  return isIt(pair.callback) || isIt(pair.errback);
}

class Parser {
 public:
  explicit Parser(std::string_view line) : words_(splitWords(line)) {}

  Command parse() {
    if (words_.empty()) return Order::kNothing;
    for (const auto& [name, order] : kOrders) {
      if (words_[0].text == name) return onlyWord(order);
    }
    return words_[0].text == "fire" ? Command(takeFiring()) : Command(takePair());
  }

 private:
  Order onlyWord(Order order) {
    at_ = 1;
    expectEnd();
    return order;
  }

  Pair takePair() {
    Pair pair;
    pair.callback = takeAction("return, fail, pass, defer, and no command");
    if (at_ == words_.size()) throw InputError(endColumn(), "the errback is missing; pass will do");
    pair.errback = takeAction("return, fail, pass, defer");
    expectEnd();
    return pair;
  }

  Firing takeFiring() {
    at_ = 1;
    Firing firing;
    firing.name = take("fire needs a name");
    if (at_ == words_.size()) throw InputError(endColumn(), "fire it with what? return or fail");
    const Word& with = words_[at_];
    firing.with = takeAction("return, fail");
    if (firing.with.kind != Kind::kReturn && firing.with.kind != Kind::kFail) {
      throw InputError(with.column, "a Deferred is fired with return or fail");
    }
    expectEnd();
    return firing;
  }

  Action takeAction(std::string_view choice) {
    const Word& word = words_[at_++];
    const KindName* kind = findKind(word.text);
    if (kind == nullptr) {
      throw InputError(word.column, fmt::format("'{}' is none of {}", word.text, choice));
    }
    if (kind->needs.empty()) return {kind->kind, ""};
    return {kind->kind, take(fmt::format("{} needs {}", kind->name, kind->needs))};
  }

  std::string take(const std::string& orElse) {
    if (at_ == words_.size()) throw InputError(endColumn(), orElse);
    return words_[at_++].text;
  }

  void expectEnd() const {
    if (at_ == words_.size()) return;
    const Word& word = words_[at_];
    throw InputError(word.column, fmt::format("the line should end before '{}'", word.text));
  }

  // After the last word.
  std::size_t endColumn() const {
    return words_.back().column + countCharacters(quoted(words_.back().text));
  }

  std::vector<Word> words_;
  std::size_t at_ = 0;
};

}  // namespace

Command parseLine(std::string_view line) {
  return Parser(line).parse();
}

std::string toText(const Action& action) {
  const auto* kind = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const KindName& known) { return known.kind == action.kind; });
  if (kind->needs.empty()) return std::string(kind->name);
  return fmt::format("{} {}", kind->name, quoted(action.word));
}

// A second one to wait for the same Deferred would get an empty value: the first took the result.
void Script::add(const Pair& pair) {
  if (pairs.size() == kMostPairs) throw InputError(fmt::format("{} pairs are enough", kMostPairs));
  for (const Action& action : {pair.callback, pair.errback}) {
    const bool known = action.kind == Kind::kDefer &&
                       std::any_of(pairs.begin(), pairs.end(), [&](const Pair& before) {
                         return returns(before, action.word);
                       });
    if (known) {
      throw InputError(fmt::format("another pair returns '{}': take a new name", action.word));
    }
  }
  pairs.push_back(pair);
}

void Script::add(const Firing& firing) {
  const auto has = [&](const Pair& pair) { return returns(pair, firing.name); };
  if (std::none_of(pairs.begin(), pairs.end(), has)) {
    throw InputError(fmt::format("no pair returns a Deferred named '{}'", firing.name));
  }
  if (firingOf(firing.name) != nullptr) {
    throw InputError(fmt::format("'{}' has fired already", firing.name));
  }
  firings.push_back(firing);
}

const Firing* Script::firingOf(std::string_view name) const {
  const auto found = std::find_if(firings.begin(), firings.end(),
                                  [&](const Firing& firing) { return firing.name == name; });
  return found == firings.end() ? nullptr : &*found;
}

}  // namespace poetry::simulator
