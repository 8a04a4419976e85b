#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deferred/coroutine.h"
#include "deferred/deferred.h"
#include "deferred/deferred_list.h"
#include "workbench/scenarios/scenario.h"
#include "workbench/scenarios/virtual_clock.h"

namespace poetry {
namespace {

using nlohmann::json;

// ---- errors -------------------------------------------------------------------------------------

// An error of a kind that the scenario names itself.
struct NamedError : std::exception {
  explicit NamedError(json named) : error(std::move(named)) {}
  const char* what() const noexcept override { return "an error of a scenario"; }
  json error;
};

Failure failureOf(const json& error) {
  if (error["kind"] == "CancelledError") return Failure::of(CancelledError());
  return Failure::of(NamedError(error));
}

json named(const char* kind, const std::string& message = "") {
  return {{"kind", kind}, {"message", message}};
}

json errorOf(const Failure& failure) {
  if (const auto* error = failure.get<NamedError>()) return error->error;
  if (failure.check<CancelledError>()) return named("CancelledError");
  if (failure.check<AlreadyCalledError>()) return named("AlreadyCalledError");
  if (const auto* error = failure.get<TimeoutError>()) {
    return named("TimeoutError", std::to_string(error->limit / std::chrono::seconds(1)));
  }
  if (const auto* first = failure.get<FirstError>()) {
    json error = named("FirstError");
    error["index"] = first->index;
    error["cause"] = errorOf(first->cause);
    return error;
  }
  return named("UnexpectedError", failure.message());
}

bool isOf(const Failure& failure, const json& kinds) {
  const json kind = errorOf(failure)["kind"];
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// ---- results ------------------------------------------------------------------------------------

// A result that has to become a value.
json asValue(const Result<json>& result) {
  if (result.failed()) return {{"error", errorOf(result.failure())}};
  return result.value();
}

json ofList(const ListResult<json>& list) {
  if (list.first) return json::array({list.results.front().value(), *list.first});
  json notes = json::array();
  for (const Result<json>& result : list.results) {
    notes.push_back(json::array({!result.failed(), asValue(result)}));
  }
  return notes;
}

// Can a function that ends like this return a Deferred?
bool mayReturnDeferred(const json& outcome) {
  const std::string& then = outcome["then"].get_ref<const std::string&>();
  if (then == "trap") return mayReturnDeferred(outcome["match"]);
  if (then == "check") {
    return mayReturnDeferred(outcome["match"]) || mayReturnDeferred(outcome["otherwise"]);
  }
  return then == "deferred" || then == "fired" || then == "failed";
}

// The log, as the text that it will be.
class Log {
 public:
  // event("act", "by", "c1", "n", 0)
  template <typename... Fields>
  void event(const char* what, const Fields&... fields) {
    text_ += text_.empty() ? R"({"ev":")" : R"(,{"ev":")";
    text_ += what;
    text_ += '"';
    add(fields...);
    text_ += '}';
  }

  const std::string& text() const { return text_; }

 private:
  void add() {}
  template <typename Value, typename... Fields>
  void add(const char* key, const Value& value, const Fields&... fields) {
    text_.append(",\"").append(key).append("\":");
    put(value);
    add(fields...);
  }

  void put(std::size_t number) { text_ += std::to_string(number); }
  void put(const char* word) { text_.append("\"").append(word).append("\""); }
  void put(const json& value) { text_ += value.dump(); }
  void put(const Result<json>& result) {
    text_ += result.failed() ? R"({"error":)" : R"({"value":)";
    put(result.failed() ? errorOf(result.failure()) : result.value());
    text_ += '}';
  }

  std::string text_;
};

// ---- the run ------------------------------------------------------------------------------------

class Run {
 public:
  explicit Run(const json& scenario) : steps_(scenario["steps"]) {
    usual_ = setUnhandledErrorHook([this](const Failure& failure, const SourceLocation&) {
      unhandled_.push_back(errorOf(failure));
    });
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    setUnhandledErrorHook([](const Failure&, const SourceLocation&) {});
    release();
    setUnhandledErrorHook(std::move(usual_));
  }

  std::string log() {
    for (std::size_t n = 0; n < steps_.size(); ++n) {
      place_ = "/steps/" + std::to_string(n);
      log_.event("step", "n", n, "op", steps_[n]["op"]);
      attempt(steps_[n]);
      if (malformed_) throw *malformed_;
    }
    for (auto& [name, named] : deferreds_) {
      const std::optional<Failure> error = named.deferred.takeUnhandledError();
      if (error) unhandled_.push_back(errorOf(*error));
    }
    return R"({"log":[)" + log_.text() + R"(],"unhandled":)" + unhandled_.dump() + "}";
  }

 private:
  struct Named {
    Deferred<json> deferred;
    std::shared_ptr<int> pauses = std::make_shared<int>(0);  // of all its names together
  };

  Named& at(const json& name) {
    const auto found = deferreds_.find(name.get_ref<const std::string&>());
    if (found != deferreds_.end()) return found->second;
    // Between here and log() there may be callbacks, which would make an error of it.
    malformed_ = MalformedScenario(place_, name.dump() + " does not exist yet");
    throw *malformed_;
  }
  const Deferred<json>& on(const json& step) { return at(step["on"]).deferred; }

  // A step or an action. What it throws is logged.
  void attempt(const json& step) {
    try {
      if (!create(step)) act(step);
    } catch (const MalformedScenario&) {  // log() will throw it
    } catch (...) {
      log_.event("raised", "error", errorOf(Failure::current()));
    }
  }

  // Two that own each other would never go: one may have to hand its result to the other, and the
  // other to fire the first, by chainDeferred. So nothing is left waiting.
  void release() {
    over_ = true;
    clock_.clear();
    for (auto& [name, named] : deferreds_) {
      for (; *named.pauses > 0; --*named.pauses) named.deferred.unpause();
      try {
        named.deferred.callback(json());
      } catch (const std::logic_error&) {  // it has fired, or is a list
      }
    }
    deferreds_.clear();
  }

  // ---- steps that create ----

  bool create(const json& step) {
    const std::string& op = step["op"].get_ref<const std::string&>();
    if (op == "deferred") {
      name(step, unfired(step));
    } else if (op == "succeed") {
      name(step, succeed(step["value"]));
    } else if (op == "fail") {
      name(step, fail<json>(failureOf(step["error"])));
    } else if (op == "maybeDeferred") {
      maybe(step);
    } else if (op == "execute") {
      name(step, execute([&] { return end<json>(step["call"], Result<json>(json())); }));
    } else if (op == "list") {
      name(step, list(step));
    } else if (op == "gatherResults") {
      name(step, gathered(step));
    } else if (op == "coroutine") {
      name(step, coroutine(step));
    } else {
      return false;
    }
    return true;
  }

  void name(const json& step, Deferred<json> deferred) {
    deferreds_.emplace(step["name"].get<std::string>(), Named{std::move(deferred)});
  }

  Deferred<json> unfired(const json& step) {
    if (!step.contains("canceller")) return Deferred<json>();
    return Deferred<json>([this, &step] {
      if (over_) return;
      const json& canceller = step["canceller"];
      log_.event("canceller", "on", step["name"]);
      actions(canceller, step["name"]);
      if (canceller.contains("raise")) failureOf(canceller["raise"]).raise();
    });
  }

  void maybe(const json& step) {
    const json& call = step["call"];
    if (mayReturnDeferred(call)) {
      const auto function = [&] { return end<Deferred<json>>(call, Result<json>(json())); };
      name(step, maybeDeferred(function));
    } else {
      name(step, maybeDeferred([&] { return end<json>(call, Result<json>(json())); }));
    }
    if (call["then"] == "deferred") at(step["name"]).pauses = at(call["name"]).pauses;
  }

  std::vector<Deferred<json>> members(const json& step) {
    std::vector<Deferred<json>> members;
    for (const json& name : step["of"]) members.push_back(at(name).deferred);
    return members;
  }

  Deferred<json> list(const json& step) {
    const ListOptions options = {.fireOnOneCallback = step["fireOnOneCallback"],
                                 .fireOnOneErrback = step["fireOnOneErrback"],
                                 .consumeErrors = step["consumeErrors"]};
    return DeferredList<json>(members(step), options).addCallback(ofList);
  }

  Deferred<json> gathered(const json& step) {
    return gatherResults(members(step), step["consumeErrors"])
        .addCallback([](std::vector<json> values) { return json(std::move(values)); });
  }

  Deferred<json> coroutine(const json& step) {
    json seen = json::array();
    for (std::size_t n = 0; n < step["body"].size(); ++n) {
      const json& item = step["body"][n];
      std::optional<Result<json>> result;
      try {
        result = co_await Deferred<json>(at(item["await"]).deferred);
      } catch (...) {
        result = Failure::current();
      }
      log_.event("resumed", "name", step["name"], "n", n, "input", *result);
      if (result->failed()) {
        if (!isCaught(result->failure(), item)) co_return result->failure();
        if (item["catch"]["then"] != "continue") co_return finish(item["catch"], seen);
      }
      seen.push_back(asValue(*result));
    }
    co_return finish(step["end"], seen);
  }

  static bool isCaught(const Failure& failure, const json& item) {
    if (!item.contains("catch")) return false;
    const json& kinds = item["catch"]["kinds"];
    return isOf(failure, kinds) || std::find(kinds.begin(), kinds.end(), "*") != kinds.end();
  }

  static json finish(const json& end, const json& seen) {
    if (end["then"] == "seen") return seen;
    if (end["then"] == "raise") failureOf(end["error"]).raise();
    return end["value"];
  }

  // ---- steps that act ----

  void act(const json& step) {
    const std::string& op = step["op"].get_ref<const std::string&>();
    if (op == "advance") return clock_.advance(seconds(step));
    if (op == "addCallback" || op == "addErrback" || op == "addCallbacks" || op == "addBoth") {
      return add(step, op);
    }
    if (op == "callback") return on(step).callback(step["value"]);
    if (op == "errback") return on(step).errback(failureOf(step["error"]));
    if (op == "pause") return pause(at(step["on"]));
    if (op == "unpause") return unpause(at(step["on"]));
    if (op == "cancel") return on(step).cancel();
    if (op == "chainDeferred") on(step).chainDeferred(at(step["to"]).deferred);
    if (op == "addTimeout") addTimeout(step);
  }

  static std::chrono::seconds seconds(const json& step) {
    return std::chrono::seconds(step["seconds"].get<int>());
  }

  static void pause(const Named& named) {
    ++*named.pauses;
    named.deferred.pause();
  }

  void unpause(const Named& named) {
    if (*named.pauses == 0) return log_.event("skipped");
    --*named.pauses;
    named.deferred.unpause();
  }

  // A function that may return a Deferred has another type than one that does not, so that both
  // kinds are put to the test.
  void add(const json& step, const std::string& op) {
    bool returnsDeferred = false;
    for (const char* side : {"callback", "errback", "both"}) {
      if (step.contains(side)) returnsDeferred = returnsDeferred || mayReturnDeferred(step[side]);
    }
    if (returnsDeferred) return addReturning<Deferred<json>>(step, op);
    addReturning<json>(step, op);
  }

  template <typename R>
  void addReturning(const json& step, const std::string& op) {
    const auto callback = [this, &step](json value) -> R {
      return perform<R>(step, "callback", std::move(value));
    };
    const auto errback = [this, &step](Failure failure) -> R {
      return perform<R>(step, "errback", std::move(failure));
    };
    const auto both = [this, &step](Result<json> result) -> R {
      return perform<R>(step, "both", std::move(result));
    };
    const Deferred<json>& deferred = on(step);
    if (op == "addCallback") deferred.addCallback(callback);
    if (op == "addErrback") deferred.addErrback(errback);
    if (op == "addCallbacks") deferred.addCallbacks(callback, errback);
    if (op == "addBoth") deferred.addBoth(both);
  }

  void addTimeout(const json& step) {
    if (!step.contains("onTimeout")) {
      on(step).addTimeout(seconds(step), clock_);
    } else {
      on(step).addTimeout(seconds(step), clock_, [this, &step](const Result<json>& result) {
        return perform<Deferred<json>>(step, "onTimeout", result);
      });
    }
  }

  // ---- behaviours ----

  template <typename R>
  R perform(const json& step, const char* field, const Result<json>& x) {
    if (over_) return returned<R>(json());
    const char* side = std::string_view(field) == "onTimeout" ? "timeout" : field;
    log_.event("run", "id", step["id"], "side", side, "input", x);
    if (step[field].contains("actions")) actions(step[field], step["id"]);
    return end<R>(step[field], x);
  }

  void actions(const json& of, const json& by) {
    for (std::size_t n = 0; n < of["actions"].size(); ++n) {
      const json& action = of["actions"][n];
      log_.event("act", "by", by, "n", n, "op", action["op"]);
      attempt(action);
    }
  }

  // Ends a function that was called with `x`. R is what it returns: json, or Deferred<json> if it
  // may return one.
  template <typename R>
  R end(const json& outcome, const Result<json>& x) {
    const std::string& then = outcome["then"].get_ref<const std::string&>();
    if (then == "value") return returned<R>(outcome["value"]);
    if (then == "append") return returned<R>(json::array({asValue(x), outcome["value"]}));
    if (then == "raise") failureOf(outcome["error"]).raise();
    if (x.failed() && (then == "trap" || then == "check")) {
      if (isOf(x.failure(), outcome["kinds"])) return end<R>(outcome["match"], x);
      if (then == "check") return end<R>(outcome["otherwise"], x);
    }
    if constexpr (std::is_same_v<R, Deferred<json>>) {
      if (then == "deferred") return at(outcome["name"]).deferred;
      if (then == "fired") return succeed(outcome["value"]);
      if (then == "failed") return fail<json>(failureOf(outcome["error"]));
    }
    return returned<R>(x.value());  // of an error: throws it
  }

  template <typename R>
  static R returned(json value) {
    if constexpr (std::is_same_v<R, json>) {
      return value;
    } else {
      return succeed(std::move(value));
    }
  }

  const json& steps_;
  std::string place_;
  Log log_;
  json unhandled_ = json::array();
  VirtualClock clock_;
  std::map<std::string, Named> deferreds_;
  std::optional<MalformedScenario> malformed_;
  bool over_ = false;  // from here on behaviours do nothing
  UnhandledErrorHook usual_;
};

}  // namespace

std::string runScenario(const nlohmann::json& scenario) {
  return Run(scenario).log();
}

}  // namespace poetry
