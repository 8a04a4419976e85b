#include "workbench/simulator/run.h"

#include <map>
#include <stdexcept>
#include <utility>
#include <variant>

#include "deferred/deferred.h"

namespace poetry::simulator {

namespace {

using Kind = Action::Kind;

struct SimulatedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Outcome outcomeOf(const Result<std::string>& result) {
  if (result.failed()) return {true, result.failure().message()};
  return {false, result.value()};
}

void fire(const Deferred<std::string>& deferred, const Outcome& outcome) {
  if (outcome.failed) return deferred.errback(SimulatedError(outcome.text));
  deferred.callback(outcome.text);
}

// The Deferreds that the functions of one run return. Each is made when it is first asked for,
// since a run may never come to it.
class NamedDeferreds {
 public:
  Deferred<std::string> get(const std::string& name) {
    const auto [at, isNew] = deferreds_.try_emplace(name);
    const auto fired = fired_.find(name);
    if (isNew && fired != fired_.end()) simulator::fire(at->second, fired->second);
    return at->second;
  }

  void fire(const Firing& firing) {
    const Outcome outcome{firing.with.kind == Kind::kFail, firing.with.word};
    fired_.emplace(firing.name, outcome);
    const auto at = deferreds_.find(firing.name);
    if (at != deferreds_.end()) simulator::fire(at->second, outcome);
  }

 private:
  std::map<std::string, Deferred<std::string>> deferreds_;
  std::map<std::string, Outcome> fired_;
};

// A callback or an errback that ends at once. Notes that it was called, and with what.
struct Answering {
  std::string operator()(const std::string& value) const {
    run->given.push_back({false, value});
    return action.kind == Kind::kPass ? value : answer();
  }

  std::string operator()(const Failure& failure) const {
    run->given.push_back({true, failure.message()});
    if (action.kind == Kind::kPass) failure.raise();
    return answer();
  }

  std::string answer() const {
    if (action.kind == Kind::kFail) throw SimulatedError(action.word);
    return action.word;
  }

  Action action;
  Run* run;
};

// One that returns a Deferred.
struct Deferring {
  Deferred<std::string> operator()(const Result<std::string>& result) const {
    run->given.push_back(outcomeOf(result));
    return named->get(name);
  }

  std::string name;
  Run* run;
  NamedDeferreds* named;
};

using Function = std::variant<Answering, Deferring>;

Function functionOf(const Action& action, Run& run, NamedDeferreds& named) {
  if (action.kind == Kind::kDefer) return Deferring{action.word, &run, &named};
  return Answering{action, &run};
}

void addPair(const Deferred<std::string>& deferred, const Pair& pair, Run& run,
             NamedDeferreds& named) {
  std::visit([&](auto callback, auto errback) { deferred.addCallbacks(callback, errback); },
             functionOf(pair.callback, run, named), functionOf(pair.errback, run, named));
}

// While it lives, what Deferreds report as unhandled is noted in `run`.
class UnhandledNoted {
 public:
  explicit UnhandledNoted(Run& run)
      : before_(setUnhandledErrorHook(
            [&run](const Failure&, const SourceLocation&) { run.unhandled = true; })) {}
  ~UnhandledNoted() { setUnhandledErrorHook(std::move(before_)); }
  UnhandledNoted(const UnhandledNoted&) = delete;
  UnhandledNoted& operator=(const UnhandledNoted&) = delete;

 private:
  UnhandledErrorHook before_;
};

// When this returns, the Deferred has gone: it is then that it reports an error.
void perform(const Script& script, Run& run) {
  const UnhandledNoted noted(run);
  NamedDeferreds named;
  const Deferred<std::string> deferred;
  for (const Pair& pair : script.pairs) addPair(deferred, pair, run, named);
  deferred.addBoth([&run](Result<std::string> result) {
    run.cameOut = outcomeOf(result);
    return result;
  });
  fire(deferred, run.firedWith);
  for (const Firing& firing : script.firings) named.fire(firing);
}

}  // namespace

Run simulate(const Script& script, const Outcome& firedWith) {
  Run run{firedWith, {}, {}, false};
  perform(script, run);
  return run;
}

std::vector<Run> simulateBoth(const Script& script) {
  return {simulate(script, {false, "poem"}), simulate(script, {true, "lost"})};
}

const Action& calledOf(const Pair& pair, const Outcome& given) {
  return given.failed ? pair.errback : pair.callback;
}

std::optional<Outcome> resultOf(const Run& run, std::size_t pair) {
  if (pair + 1 < run.given.size()) return run.given[pair + 1];
  if (pair + 1 == run.given.size()) return run.cameOut;
  return {};
}

std::string waitsFor(const Script& script, const Run& run) {
  if (run.cameOut) return "";
  return calledOf(script.pairs[run.given.size() - 1], run.given.back()).word;
}

std::string labelOf(const Script& script, const Run& run, std::size_t pair) {
  const std::optional<Outcome> result = resultOf(run, pair);
  const Action& action = calledOf(script.pairs[pair], run.given[pair]);
  if (!result) return "waits for " + quoted(action.word);
  if (action.kind != Kind::kDefer) return quoted(result->text);
  return quoted(result->text) + " from " + quoted(action.word);
}

std::string startOf(const Run& run) {
  const std::string kind = run.firedWith.failed ? "an error: " : "a value: ";
  return "Fired with " + kind + quoted(run.firedWith.text);
}

std::string endOf(const Script& script, const Run& run) {
  if (!run.cameOut) return "Waits for " + quoted(waitsFor(script, run));
  if (!run.cameOut->failed) return "Result: " + quoted(run.cameOut->text);
  return (run.unhandled ? "Unhandled error: " : "Error: ") + quoted(run.cameOut->text);
}

}  // namespace poetry::simulator
