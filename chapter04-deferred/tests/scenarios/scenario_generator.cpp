#include "tests/scenarios/scenario_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenarios/reference.h"

namespace poetry::testing {

namespace {

using Json = nlohmann::json;

// ---- Chance ------------------------------------------------------------------------------------

struct Choice {
  const char* name;
  std::size_t weight;
};

// The distributions of the standard library may differ from platform to platform, hence these.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
  std::size_t between(std::size_t least, std::size_t most) {
    return least + below(most - least + 1);
  }
  bool percent(std::size_t chance) { return below(100) < chance; }

  template <typename Container>
  const auto& oneOf(const Container& container) {
    return container[below(container.size())];
  }

  std::string choose(const std::vector<Choice>& choices) {
    std::size_t sum = 0;
    for (const Choice& choice : choices) sum += choice.weight;
    std::size_t drawn = below(sum);
    auto choice = choices.begin();
    for (; drawn >= choice->weight; ++choice) drawn -= choice->weight;
    return choice->name;
  }

 private:
  std::mt19937_64 engine_;
};

// ---- What scenarios are made of ----------------------------------------------------------------

enum class Kind { kPlain, kList, kCoroutine };

// A name of a deferred. Its age counts the deferreds that are older; an alias is as old as its
// target.
struct Name {
  std::string text;
  std::size_t age;
  Kind kind;
};

bool canBeFired(const Name& name) {
  return name.kind == Kind::kPlain;
}

bool canBePaused(const Name& name) {
  return name.kind != Kind::kCoroutine;
}

bool isAny(const Name&) {
  return true;
}

// Every scenario has a subject that gets more than its share.
enum Subject { kMixed, kWaiting, kCancelling, kPausing, kLists, kTimeouts, kCoroutines, kSubjects };

struct Weights {
  const char* op;
  std::array<std::size_t, kSubjects> weights;
};

//                            mixed, waiting, cancelling, pausing, lists, timeouts, coroutines
constexpr Weights kMakers[] = {
    {"deferred", /*         */ {40, 50, 60, 50, 40, 60, 50}},
    {"succeed", /*          */ {10, 20, 6, 12, 8, 8, 8}},
    {"fail", /*             */ {10, 12, 4, 8, 8, 4, 8}},
    {"maybeDeferred", /*    */ {10, 8, 5, 5, 5, 5, 5}},
    {"execute", /*          */ {4, 3, 2, 2, 2, 2, 2}},
    {"list", /*             */ {10, 6, 10, 8, 40, 6, 6}},
    {"gatherResults", /*    */ {5, 3, 4, 4, 15, 3, 3}},
    {"coroutine", /*        */ {10, 6, 12, 6, 8, 8, 60}},
};

constexpr Weights kUsers[] = {
    {"addCallback", /*      */ {12, 24, 10, 14, 8, 6, 12}},
    {"addErrback", /*       */ {6, 5, 8, 5, 6, 5, 5}},
    {"addCallbacks", /*     */ {8, 9, 8, 6, 5, 5, 6}},
    {"addBoth", /*          */ {14, 20, 16, 14, 14, 10, 16}},
    {"callback", /*         */ {14, 16, 8, 14, 18, 6, 16}},
    {"errback", /*          */ {8, 7, 4, 7, 12, 4, 9}},
    {"pause", /*            */ {5, 5, 3, 20, 5, 2, 5}},
    {"unpause", /*          */ {5, 5, 3, 20, 5, 2, 5}},
    {"cancel", /*           */ {8, 6, 30, 6, 12, 4, 18}},
    {"chainDeferred", /*    */ {5, 3, 4, 4, 4, 2, 3}},
    {"addTimeout", /*       */ {7, 3, 4, 3, 4, 30, 4}},
    {"advance", /*          */ {6, 2, 3, 2, 3, 26, 3}},
};

// The deepest level at which a behaviour still has actions.
constexpr int kDeepest = 2;

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : chance_(seed) {}

  Json scenario();

 private:
  using Filter = bool (*)(const Name&);

  template <std::size_t kCount>
  std::vector<Choice> choices(const Weights (&table)[kCount], bool amongActions) const;
  const Name* pick(Filter fits, std::size_t youngerThan);
  const Name* pickMarked(const std::vector<bool>& marks, bool mark, Filter fits,
                         std::size_t youngerThan);
  const Name* pickOpen(Filter fits, std::size_t youngerThan);
  const Name* pickFor(const std::string& op);
  const Name& named(const std::string& text) const;
  std::string freshId() { return fmt::format("c{}", nextId_++); }
  std::size_t nextAge() const { return settled_.size(); }

  void emit(Json step);
  std::string emitNew(Json step);
  void emitOn(const std::string& op, const std::string& on);
  void emitReturning(const std::string& on, const std::string& inner);
  void emitStartingTimer(const std::string& on, const std::string& timed);
  void emitAdvance(std::size_t least);
  void motif();
  void waitingMotif();
  void leftOversMotif();
  void listMotif();
  void timeoutMotif();
  void coroutineMotif();

  Json makingStep();
  Json usingStep(bool asAction, int depth);
  Json closingStep();
  void fillIn(Json& step, const Name& on, int depth);
  void fillInAdding(Json& step, const Name& on, int depth);

  Json newDeferred();
  Json newFired(const std::string& op);
  Json newFromCall(const std::string& op);
  Json newList(const std::string& op, const std::vector<std::string>& members);
  Json newCoroutine(const std::vector<std::string>& awaited);
  void declare(Json& step, Kind kind, bool settled = false);
  std::vector<std::string> someNames(std::size_t least, std::size_t most);
  std::vector<std::string> emitSomeNew();

  Json behaviour(std::size_t youngerThan, int depth);
  Json outcome(std::size_t youngerThan, bool nested);
  Json trapOrCheck(std::size_t youngerThan, const std::string& then);
  Json canceller(const Json& name);
  Json cancellerAction(const Json& name);
  Json awaitItem(const std::string& awaited);
  Json ending(bool seenToo);

  Json value();
  Json error();
  Json kinds(bool anyToo);

  Chance chance_;
  Subject subject_ = kMixed;
  std::vector<Name> names_;
  // Of each age: whether the steps so far have probably fired it, and have it paused.
  std::vector<bool> settled_;
  std::vector<bool> paused_;
  int nextId_ = 0;
  Json steps_ = Json::array();
};

// ---- Steps -------------------------------------------------------------------------------------

Json Generator::scenario() {
  subject_ = static_cast<Subject>(chance_.below(kSubjects));
  const std::size_t length = chance_.percent(70) ? chance_.between(3, 18) : chance_.between(19, 45);
  const std::size_t mostNames = chance_.between(1, 3 + length / 5);
  const std::size_t motifs = length > 6 ? 8 : 2;
  emit(makingStep());
  while (steps_.size() < length) {
    if (chance_.percent(motifs)) {
      motif();
    } else {
      const bool make = names_.size() < mostNames && chance_.percent(35);
      emit(make ? makingStep() : usingStep(false, 0));
    }
  }
  if (chance_.percent(60)) {
    for (std::size_t n = chance_.between(1, 6); n > 0; --n) emit(closingStep());
  }
  return {{"steps", steps_}};
}

void Generator::emit(Json step) {
  const std::string op = step["op"];
  if (op == "callback" || op == "errback" || op == "cancel") settled_[named(step["on"]).age] = true;
  if (op == "pause" || op == "unpause") paused_[named(step["on"]).age] = op == "pause";
  steps_.push_back(std::move(step));
}

template <std::size_t kCount>
std::vector<Choice> Generator::choices(const Weights (&table)[kCount], bool amongActions) const {
  std::vector<Choice> result;
  for (const Weights& row : table) {
    if (amongActions && std::string(row.op) == "advance") continue;
    result.push_back({row.op, row.weights[subject_]});
  }
  return result;
}

// A name that fits, of a deferred old enough, or nullptr. The newest ones are preferred a little.
const Name* Generator::pick(Filter fits, std::size_t youngerThan) {
  std::vector<const Name*> fitting;
  for (const Name& name : names_) {
    if (fits(name) && name.age < youngerThan) fitting.push_back(&name);
  }
  if (fitting.empty()) return nullptr;
  return chance_.percent(25) ? fitting.back() : chance_.oneOf(fitting);
}

// The same, but preferably one whose mark is as given.
const Name* Generator::pickMarked(const std::vector<bool>& marks, bool mark, Filter fits,
                                  std::size_t youngerThan) {
  std::vector<const Name*> marked;
  for (const Name& name : names_) {
    if (fits(name) && name.age < youngerThan && marks[name.age] == mark) marked.push_back(&name);
  }
  return marked.empty() || chance_.percent(30) ? pick(fits, youngerThan) : chance_.oneOf(marked);
}

// The same, but preferably one that has not fired.
const Name* Generator::pickOpen(Filter fits, std::size_t youngerThan) {
  return pickMarked(settled_, false, fits, youngerThan);
}

// One on which the operation is possible and probably does something.
const Name* Generator::pickFor(const std::string& op) {
  if (op == "callback" || op == "errback") return pickOpen(canBeFired, nextAge());
  if (op == "cancel") return pickOpen(isAny, nextAge());
  if (op == "unpause") return pickMarked(paused_, true, canBePaused, nextAge());
  return pick(op == "pause" ? canBePaused : isAny, nextAge());
}

const Name& Generator::named(const std::string& text) const {
  return *std::find_if(names_.begin(), names_.end(),
                       [&text](const Name& name) { return name.text == text; });
}

Json Generator::makingStep() {
  const std::string op = chance_.choose(choices(kMakers, false));
  if (op == "deferred") return newDeferred();
  if (op == "succeed" || op == "fail") return newFired(op);
  if (op == "list" || op == "gatherResults")
    return newList(op, chance_.percent(12) ? someNames(0, 0) : someNames(1, 5));
  if (op == "coroutine")
    return newCoroutine(chance_.percent(6) ? someNames(0, 0) : someNames(1, 4));
  return newFromCall(op);
}

// Draws again if there is no deferred that can be used that way.
Json Generator::usingStep(bool asAction, int depth) {
  const std::string op = chance_.choose(choices(kUsers, asAction));
  Json step = {{"op", op}};
  if (op == "advance") {
    step["seconds"] = chance_.below(7);
    return step;
  }
  const Name* on = pickFor(op);
  if (on == nullptr) return usingStep(asAction, depth);
  step["on"] = on->text;
  fillIn(step, *on, depth);
  return step;
}

// Late steps that make much of what has been set up before happen.
Json Generator::closingStep() {
  const std::string op = chance_.choose({{"callback", 8},
                                         {"errback", 3},
                                         {"unpause", 6},
                                         {"addBoth", 3},
                                         {"cancel", 2},
                                         {"advance", 3}});
  if (op == "advance") return {{"op", op}, {"seconds", chance_.between(3, 9)}};
  const Name* on = pickFor(op);
  if (on == nullptr) return usingStep(false, 0);
  Json step = {{"op", op}, {"on", on->text}};
  fillIn(step, *on, 0);
  return step;
}

void Generator::fillIn(Json& step, const Name& on, int depth) {
  const std::string op = step["op"];
  if (op.starts_with("add")) {
    fillInAdding(step, on, depth);
  } else if (op == "callback") {
    step["value"] = value();
  } else if (op == "errback") {
    step["error"] = error();
  } else if (op == "chainDeferred") {
    const Name* to = pick(canBeFired, nextAge());
    if (to == nullptr || to->age == on.age) {
      step["op"] = "cancel";
    } else {
      step["to"] = to->text;
    }
  }
}

void Generator::fillInAdding(Json& step, const Name& on, int depth) {
  const std::string op = step["op"];
  if (op == "addTimeout") {
    step["seconds"] = chance_.between(1, 5);
    if (chance_.percent(60)) return;
    step["onTimeout"] = behaviour(on.age, depth);
  } else if (op == "addBoth") {
    step["both"] = behaviour(on.age, depth);
  } else {
    if (op != "addErrback") step["callback"] = behaviour(on.age, depth);
    if (op != "addCallback") step["errback"] = behaviour(on.age, depth);
  }
  step["id"] = freshId();
}

// ---- Motifs ------------------------------------------------------------------------------------

// Sequences of steps for what chance alone would seldom bring about. Some other step may come in
// between.
void Generator::motif() {
  constexpr std::array kMotifs = {&Generator::waitingMotif, &Generator::leftOversMotif,
                                  &Generator::listMotif, &Generator::timeoutMotif,
                                  &Generator::coroutineMotif};
  (this->*chance_.oneOf(kMotifs))();
}

// A step that makes a deferred, whose name it returns.
std::string Generator::emitNew(Json step) {
  emit(step);
  return step["name"];
}

void Generator::emitOn(const std::string& op, const std::string& on) {
  Json step = {{"op", op}, {"on", on}};
  fillIn(step, named(on), 0);
  emit(step);
  if (chance_.percent(15)) emit(usingStep(false, 0));
}

// A callback that has one deferred wait for another.
void Generator::emitReturning(const std::string& on, const std::string& inner) {
  emit({{"op", "addBoth"},
        {"on", on},
        {"id", freshId()},
        {"both", {{"then", "deferred"}, {"name", inner}}}});
}

void Generator::emitAdvance(std::size_t least) {
  emit({{"op", "advance"}, {"seconds", chance_.between(least, least + 5)}});
}

std::vector<std::string> Generator::emitSomeNew() {
  std::vector<std::string> names;
  for (std::size_t n = chance_.between(1, 3); n > 0; --n) names.push_back(emitNew(newDeferred()));
  return names;
}

void Generator::waitingMotif() {
  const std::string inner = chance_.percent(60) ? emitNew(newDeferred()) : someNames(1, 1).front();
  const std::string outer = emitNew(chance_.percent(70) ? newFired("succeed") : newDeferred());
  emitReturning(outer, inner);
  if (chance_.percent(70)) emitOn("addBoth", outer);
  if (chance_.percent(30)) emitOn("addTimeout", outer);
  if (chance_.percent(25)) emitOn("pause", outer);
  const std::string then =
      chance_.choose({{"cancel", 5}, {"callback", 4}, {"advance", 3}, {"nothing", 3}});
  if (then == "cancel") emitOn("cancel", outer);
  if (then == "callback" && canBeFired(named(inner))) emitOn("callback", inner);
  if (then == "advance") emitAdvance(1);
}

// A paused receiver stops a giver, which is then made use of.
void Generator::leftOversMotif() {
  const bool fired = chance_.percent(40);
  const std::string inner = emitNew(fired ? newFired("fail") : newDeferred());
  if (fired) emitOn("pause", inner);
  const std::string outer = emitNew(newFired("succeed"));
  emitReturning(outer, inner);
  for (std::size_t n = chance_.between(0, 2); n > 0; --n) emitOn("addBoth", inner);
  emitOn("pause", outer);
  emitOn(fired ? "unpause" : chance_.percent(60) ? "callback" : "errback", inner);
  if (chance_.percent(40)) {
    emit(newCoroutine({inner}));
  } else if (chance_.percent(60)) {
    emitReturning(emitNew(newFired("succeed")), inner);
  }
  if (chance_.percent(50)) emitOn("unpause", outer);
}

void Generator::listMotif() {
  const std::string other = emitNew(newDeferred());
  const std::vector<std::string> members = emitSomeNew();
  const std::string list =
      emitNew(newList(chance_.percent(75) ? "list" : "gatherResults", members));
  emitOn("addBoth", list);
  if (chance_.percent(40)) {
    for (const std::string& member : members) emitOn("callback", member);
    emitReturning(list, other);
  }
  emitOn("cancel", list);
  if (chance_.percent(40)) emitOn("callback", chance_.oneOf(members));
}

void Generator::timeoutMotif() {
  const std::string inner = emitNew(newDeferred());
  const std::string outer = emitNew(newDeferred());
  for (std::size_t n = chance_.between(1, 3); n > 0; --n) {
    emitOn("addTimeout", chance_.percent(70) ? outer : inner);
  }
  if (chance_.percent(30)) emitStartingTimer(outer, inner);
  if (chance_.percent(40)) emitOn("callback", outer);
  if (chance_.percent(60)) emitReturning(outer, inner);
  if (chance_.percent(30)) emitOn("addTimeout", outer);
  emitAdvance(chance_.between(0, 4));
}

// A callback of one deferred that starts a timer for another.
void Generator::emitStartingTimer(const std::string& on, const std::string& timed) {
  Json behaviour = {{"then", "pass"}, {"actions", Json::array()}};
  behaviour["actions"].push_back(
      {{"op", "addTimeout"}, {"on", timed}, {"seconds", chance_.between(1, 3)}});
  emit({{"op", "addBoth"}, {"on", on}, {"id", freshId()}, {"both", behaviour}});
}

void Generator::coroutineMotif() {
  const std::vector<std::string> awaited = emitSomeNew();
  const std::string coroutine = emitNew(newCoroutine(awaited));
  emitOn("addBoth", coroutine);
  for (const std::string& name : awaited) {
    if (chance_.percent(60)) emitOn("cancel", coroutine);
    if (chance_.percent(50)) emitOn(chance_.percent(60) ? "callback" : "errback", name);
  }
}

// ---- Steps that make a deferred ----------------------------------------------------------------

void Generator::declare(Json& step, Kind kind, bool settled) {
  const std::string name = fmt::format("d{}", names_.size());
  step["name"] = name;
  names_.push_back({name, nextAge(), kind});
  settled_.push_back(settled);
  paused_.push_back(false);
}

Json Generator::newDeferred() {
  Json step = {{"op", "deferred"}};
  declare(step, Kind::kPlain);
  const std::size_t likely = subject_ == kCancelling ? 60 : 30;
  if (chance_.percent(likely)) step["canceller"] = canceller(step["name"]);
  return step;
}

Json Generator::newFired(const std::string& op) {
  Json step = {{"op", op}};
  declare(step, Kind::kPlain, true);
  if (op == "succeed") {
    step["value"] = value();
  } else {
    step["error"] = error();
  }
  return step;
}

// maybeDeferred and execute
Json Generator::newFromCall(const std::string& op) {
  Json step = {{"op", op}};
  const std::size_t others = op == "execute" ? 0 : 1;
  const Name* target = pick(isAny, nextAge());
  const std::string then = chance_.choose({{"value", 2},
                                           {"raise", 2},
                                           {"deferred", target == nullptr ? 0 : 6 * others},
                                           {"fired", 2 * others},
                                           {"failed", 2 * others}});
  if (then == "deferred") {
    const Name alias{fmt::format("d{}", names_.size()), target->age, target->kind};
    step["name"] = alias.text;
    step["call"] = {{"then", then}, {"name", target->text}};
    names_.push_back(alias);
    return step;
  }
  declare(step, Kind::kPlain, true);
  const bool fails = then == "raise" || then == "failed";
  step["call"] = {{"then", then}, {fails ? "error" : "value", fails ? error() : value()}};
  return step;
}

// Drawn anew each time, so that some occur twice.
std::vector<std::string> Generator::someNames(std::size_t least, std::size_t most) {
  std::vector<std::string> result;
  if (names_.empty()) return result;
  for (std::size_t n = chance_.between(least, most); n > 0; --n) {
    const bool open = chance_.percent(50);
    result.push_back((open ? pickOpen(isAny, nextAge()) : pick(isAny, nextAge()))->text);
  }
  return result;
}

Json Generator::newList(const std::string& op, const std::vector<std::string>& members) {
  Json step = {{"op", op}, {"of", members}, {"consumeErrors", chance_.percent(40)}};
  if (op == "list") {
    step["fireOnOneCallback"] = chance_.percent(35);
    step["fireOnOneErrback"] = chance_.percent(35);
  }
  declare(step, Kind::kList, members.empty());
  return step;
}

Json Generator::newCoroutine(const std::vector<std::string>& awaited) {
  Json body = Json::array();
  for (const std::string& name : awaited) body.push_back(awaitItem(name));
  Json step = {{"op", "coroutine"}, {"body", body}, {"end", ending(true)}};
  declare(step, Kind::kCoroutine);
  return step;
}

Json Generator::awaitItem(const std::string& awaited) {
  Json item = {{"await", awaited}};
  if (chance_.percent(50)) {
    item["catch"] = chance_.percent(70) ? Json{{"then", "continue"}} : ending(false);
    item["catch"]["kinds"] = kinds(true);
  }
  return item;
}

// How a coroutine ends.
Json Generator::ending(bool seenToo) {
  if (seenToo && chance_.percent(60)) return {{"then", "seen"}};
  if (chance_.percent(60)) return {{"then", "value"}, {"value", value()}};
  return {{"then", "raise"}, {"error", error()}};
}

// ---- Behaviours --------------------------------------------------------------------------------

// What a callback does that may return deferreds of less than that age.
Json Generator::behaviour(std::size_t youngerThan, int depth) {
  Json result = outcome(youngerThan, false);
  if (depth <= kDeepest && chance_.percent(depth == 0 ? 30 : 20)) {
    Json actions = Json::array();
    const std::size_t count = chance_.between(1, 3);
    for (std::size_t n = 0; n < count; ++n) actions.push_back(usingStep(true, depth + 1));
    result["actions"] = actions;
  }
  return result;
}

Json Generator::outcome(std::size_t youngerThan, bool nested) {
  const Name* inner = pickOpen(isAny, youngerThan);
  const std::size_t waiting = subject_ == kWaiting || subject_ == kPausing ? 30 : 18;
  const std::size_t traps = nested ? 0 : 1;
  const std::string then = chance_.choose({{"pass", 14},
                                           {"value", 8},
                                           {"append", 22},
                                           {"raise", 12},
                                           {"deferred", inner == nullptr ? 0 : waiting},
                                           {"fired", 5},
                                           {"failed", 5},
                                           {"trap", 8 * traps},
                                           {"check", 5 * traps}});
  if (then == "trap" || then == "check") return trapOrCheck(youngerThan, then);
  if (then == "pass") return {{"then", then}};
  if (then == "deferred" && inner != nullptr) return {{"then", then}, {"name", inner->text}};
  if (then == "raise" || then == "failed") return {{"then", then}, {"error", error()}};
  return {{"then", then}, {"value", value()}};
}

Json Generator::trapOrCheck(std::size_t youngerThan, const std::string& then) {
  Json result = {{"then", then}, {"kinds", kinds(false)}, {"match", outcome(youngerThan, true)}};
  if (then == "check") result["otherwise"] = outcome(youngerThan, true);
  return result;
}

Json Generator::canceller(const Json& name) {
  Json actions = Json::array();
  if (chance_.percent(70)) {
    for (std::size_t n = chance_.between(1, 2); n > 0; --n) {
      actions.push_back(cancellerAction(name));
    }
  }
  Json result = {{"actions", actions}};
  if (chance_.percent(25)) result["raise"] = error();
  return result;
}

// Most cancellers that act fire their own deferred, which is the newest one.
Json Generator::cancellerAction(const Json& name) {
  const Name& own = names_.back();
  const std::string op = chance_.choose(
      {{"callback", 8}, {"errback", 6}, {"pause", 2}, {"unpause", 2}, {"cancel", 5}});
  const Name* on = pick(op == "pause" || op == "unpause" ? canBePaused : canBeFired, nextAge());
  if (op == "cancel") on = pick(isAny, own.age);
  if (on == nullptr) return {{"op", "callback"}, {"on", name}, {"value", value()}};
  if (op != "cancel" && chance_.percent(60)) on = &own;
  Json action = {{"op", op}, {"on", on->text}};
  fillIn(action, *on, kDeepest);
  return action;
}

// ---- Values and errors -------------------------------------------------------------------------

Json Generator::value() {
  if (chance_.percent(60)) return chance_.below(10);
  static const Json rare = Json::parse(R"([null, true, false, 0, 1, -1, 9007199254740993, "", "x",
      "two words", "a \"quote\" and a \\", [], {}, [1, true, null], {"k": [1, {"l": ""}]},
      {"error": {"kind": "ValueError", "message": "only a value"}}, [true, 1]])");
  return chance_.oneOf(rare);
}

Json Generator::error() {
  const std::string kind =
      chance_.choose({{"ValueError", 4}, {"KeyError", 3}, {"OSError", 2}, {"CancelledError", 2}});
  if (kind == "CancelledError") return {{"kind", kind}, {"message", ""}};
  static const std::vector<std::string> messages = {"", "bad", "lost", "no such key"};
  return {{"kind", kind}, {"message", chance_.oneOf(messages)}};
}

Json Generator::kinds(bool anyToo) {
  Json result = Json::array();
  for (std::size_t n = chance_.between(1, 3); n > 0; --n) {
    result.push_back(chance_.choose({{"ValueError", 6},
                                     {"KeyError", 4},
                                     {"OSError", 2},
                                     {"CancelledError", 5},
                                     {"AlreadyCalledError", 2},
                                     {"TimeoutError", 2},
                                     {"FirstError", 2},
                                     {"*", anyToo ? 8u : 0u}}));
  }
  return result;
}

bool isAllowed(const Json& scenario) {
  try {
    referenceLog(scenario);
    return true;
  } catch (const ForbiddenScenario&) {
    return false;
  }
}

}  // namespace

Json randomScenario(std::uint64_t seed) {
  // A few of section 6's rules can be checked only by playing: what breaks them is thrown away. The
  // factor keeps neighbouring seeds from sharing their attempts.
  constexpr std::uint64_t kFarApart = 0x9e3779b97f4a7c15;
  for (std::uint64_t attempt = seed * kFarApart;; ++attempt) {
    Json scenario = Generator(attempt).scenario();
    if (isAllowed(scenario)) return scenario;
  }
}

}  // namespace poetry::testing
