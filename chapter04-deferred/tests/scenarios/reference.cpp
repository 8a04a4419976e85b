#include "tests/scenarios/reference.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace poetry::testing {

namespace {

using Json = nlohmann::json;

struct Node;

// What an operation of the library raises.
struct Raised {
  Json error;
};

// The result of a deferred, and what a callback returns. A deferred in it is the one waited for, or
// the one returned.
struct Result {
  enum class Kind { kNothing, kValue, kError, kDeferred };

  Kind kind = Kind::kNothing;
  Json content = nullptr;
  Node* deferred = nullptr;

  bool isError() const { return kind == Kind::kError; }
};

Result value(Json content) {
  return {Result::Kind::kValue, std::move(content), nullptr};
}

Result error(Json content) {
  return {Result::Kind::kError, std::move(content), nullptr};
}

Result returned(Node& deferred) {
  return {Result::Kind::kDeferred, nullptr, &deferred};
}

Json toJson(const Result& result) {
  return {{result.isError() ? "error" : "value", result.content}};
}

Json asValue(const Result& result) {
  return result.isError() ? toJson(result) : result.content;
}

Json libraryError(const char* kind, const std::string& message = "") {
  return {{"kind", kind}, {"message", message}};
}

Json firstError(std::size_t index, const Json& cause) {
  return {{"kind", "FirstError"}, {"message", ""}, {"index", index}, {"cause", cause}};
}

// Callback and errback in one: called with either kind of result.
using Pair = std::function<Result(const Result&)>;

// A pair, or else a hand-over to the receiver.
struct Entry {
  Pair pair;
  Node* receiver = nullptr;
};

struct Node {
  Result result;
  std::deque<Entry> queue;
  int holds = 0;
  bool running = false;
  bool ignoreNext = false;
  bool reports = false;
  std::function<void()> canceller;
  bool isList = false;
  std::vector<Node*> members;
  int unpausesLeft = 0;  // The scenario program's count, none of the library's business.

  bool fired() const { return result.kind != Result::Kind::kNothing; }
  bool waiting() const { return result.kind == Result::Kind::kDeferred; }
  bool available() const { return fired() && !waiting() && holds == 0; }
};

struct Timer {
  std::int64_t due;
  Node* deferred;
  bool goneOff = false;
};

struct ListRules {
  bool fireOnOneCallback = false;
  bool fireOnOneErrback = false;
  bool consumeErrors = false;
};

struct List {
  Node& node;
  ListRules rules;
  std::size_t missing;  // How many members have not been noted.
  Json notes = Json::array();
};

// ---- The rules ---------------------------------------------------------------------------------

class Library {
 public:
  // Nodes stay until the scenario is over: who refers to whom cannot matter (U2).
  Node& make() { return nodes_.emplace_back(); }

  Node& makeFired(Result result) {
    Node& node = make();
    fire(node, std::move(result));
    return node;
  }

  // R1
  void fire(Node& node, Result result) {
    if (!node.fired()) {
      node.result = std::move(result);
      process(node);
    } else if (node.ignoreNext) {
      node.ignoreNext = false;
    } else {
      throw Raised{libraryError("AlreadyCalledError")};
    }
  }

  // R2
  void add(Node& node, Pair pair) {
    node.queue.push_back({std::move(pair), nullptr});
    if (node.fired()) process(node);
  }

  // R4
  void pause(Node& node) { ++node.holds; }

  void unpause(Node& node) {
    if (--node.holds == 0 && node.fired()) process(node);
  }

  // R5, and L3 and L4 for lists.
  void cancel(Node& node) {
    if (node.isList) {
      if (!node.fired()) cancelMembers(node);
    } else if (!node.fired()) {
      if (node.canceller) {
        node.canceller();
      } else {
        node.ignoreNext = true;
      }
      if (!node.fired()) fire(node, error(libraryError("CancelledError")));
    } else if (node.waiting()) {
      cancel(*node.result.deferred);
    }
  }

  // R7
  void chain(Node& from, Node& to) {
    add(from, [this, &to](const Result& result) {
      fire(to, result);
      return value(nullptr);
    });
  }

  // L1
  Node& makeList(std::vector<Node*> members, ListRules rules) {
    Node& node = make();
    node.isList = true;
    node.members = members;
    if (members.empty() && !rules.fireOnOneCallback) fire(node, value(Json::array()));
    auto list = std::make_shared<List>(List{node, rules, members.size()});
    for (std::size_t i = 0; i < members.size(); ++i) {
      add(*members[i], [this, list, i](const Result& result) { return note(*list, i, result); });
    }
    return node;
  }

  // L5
  Node& gather(std::vector<Node*> members, bool consumeErrors) {
    Node& list = makeList(std::move(members), {false, true, consumeErrors});
    add(list, [](const Result& result) {
      if (result.isError()) return result;
      Json values = Json::array();
      for (const Json& note : result.content) values.push_back(note[1]);
      return value(values);
    });
    return list;
  }

  // T1
  void addTimeout(Node& node, std::int64_t seconds, const Pair& onTimeout) {
    auto timer = std::make_shared<Timer>(Timer{now_ + seconds, &node});
    timers_.push_back(timer);
    add(node, [timer, seconds, onTimeout](const Result& result) {
      if (!timer->goneOff) return result;
      if (onTimeout) return onTimeout(result);
      const bool cancelled = result.isError() && result.content["kind"] == "CancelledError";
      return cancelled ? error(libraryError("TimeoutError", std::to_string(seconds))) : result;
    });
    add(node, [this, timer](const Result& result) {
      timers_.erase(std::remove(timers_.begin(), timers_.end(), timer), timers_.end());
      return result;
    });
  }

  // T2
  void advance(std::int64_t seconds) {
    now_ += seconds;
    while (const auto timer = takeDueTimer()) {
      timer->goneOff = true;
      cancel(*timer->deferred);
    }
  }

  // U2
  Json unhandled() const {
    Json errors = Json::array();
    for (const Node& node : nodes_) {
      if (node.reports) errors.push_back(node.result.content);
    }
    return errors;
  }

 private:
  // R6
  void process(Node& first) {
    if (first.running) return;
    std::vector<Node*> stack{&first};
    while (!stack.empty()) {
      Node& node = *stack.back();
      if (node.holds != 0) return;  // R6.1: the givers below stop as well.
      if (Node* receiver = processEntries(node)) {
        // R6.3
        receiver->result = std::exchange(node.result, value(nullptr));
        node.reports = false;
        --receiver->holds;
        stack.push_back(receiver);
      } else {
        stack.pop_back();
      }
    }
  }

  // R6.2 and R6.4: calls pairs up to a hand-over, whose receiver it returns, or until the queue is
  // empty or the node has to wait.
  Node* processEntries(Node& node) {
    while (!node.queue.empty()) {
      const Entry entry = std::move(node.queue.front());
      node.queue.pop_front();
      if (entry.receiver != nullptr) return entry.receiver;
      callPair(node, entry.pair);
      if (node.waiting() && !takeResult(node)) return nullptr;
    }
    node.reports = node.result.isError();
    return nullptr;
  }

  void callPair(Node& node, const Pair& pair) {
    node.running = true;
    try {
      node.result = pair(node.result);
    } catch (const Raised& raised) {
      node.result = error(raised.error);
    }
    node.running = false;
  }

  // The end of R6.4, for a node whose callback returned a deferred. False if the node has to wait.
  bool takeResult(Node& node) {
    Node& inner = *node.result.deferred;
    if (inner.running) throw ForbiddenScenario("a callback returns a deferred that is running");
    if (inner.available()) {
      node.result = std::exchange(inner.result, value(nullptr));
      inner.reports = false;
      return true;
    }
    ++node.holds;
    inner.queue.push_back({nullptr, &node});
    node.reports = false;
    return false;
  }

  // L2
  Result note(List& list, std::size_t i, const Result& result) {
    list.notes[i] = Json::array({!result.isError(), asValue(result)});
    --list.missing;
    if (!list.node.fired()) {
      if (!result.isError() && list.rules.fireOnOneCallback) {
        fire(list.node, value(Json::array({result.content, i})));
      } else if (result.isError() && list.rules.fireOnOneErrback) {
        fire(list.node, error(firstError(i, result.content)));
      } else if (list.missing == 0) {
        fire(list.node, value(list.notes));
      }
    }
    return result.isError() && list.rules.consumeErrors ? value(nullptr) : result;
  }

  // L3
  void cancelMembers(const Node& list) {
    for (Node* member : list.members) {
      try {
        cancel(*member);
      } catch (const Raised&) {
        // Dropped, as the rule says.
      }
    }
  }

  std::shared_ptr<Timer> takeDueTimer() {
    // Of several that are due earliest, this is the first, hence the one started first.
    const auto earliest = std::min_element(timers_.begin(), timers_.end(),
                                           [](auto& a, auto& b) { return a->due < b->due; });
    if (earliest == timers_.end() || (*earliest)->due > now_) return nullptr;
    auto timer = *earliest;
    timers_.erase(earliest);
    return timer;
  }

  std::deque<Node> nodes_;
  std::vector<std::shared_ptr<Timer>> timers_;  // Running ones, in the order of their start.
  std::int64_t now_ = 0;
};

// ---- The scenario program ----------------------------------------------------------------------

struct Coroutine {
  std::string name;
  const Json& body;
  const Json& end;
  Node* deferred;           // To be fired when it ends: C, or the newest P of C4.
  Node* awaited = nullptr;  // What it waits for, or waited for last.
  std::size_t next = 0;
  Json seen = Json::array();
};

class Program {
 public:
  Json play(const Json& scenario) {
    std::size_t n = 0;
    for (const Json& step : scenario["steps"]) {
      log({{"ev", "step"}, {"n", n++}, {"op", step["op"]}});
      perform(step);
    }
    return {{"log", std::move(log_)}, {"unhandled", library_.unhandled()}};
  }

 private:
  using Operation = void (Program::*)(const Json&);

  static const std::map<std::string, Operation>& operations() {
    static const std::map<std::string, Operation> all{{"deferred", &Program::deferred},
                                                      {"succeed", &Program::succeed},
                                                      {"fail", &Program::fail},
                                                      {"maybeDeferred", &Program::maybeDeferred},
                                                      {"execute", &Program::maybeDeferred},
                                                      {"list", &Program::list},
                                                      {"gatherResults", &Program::gatherResults},
                                                      {"coroutine", &Program::coroutine},
                                                      {"addCallback", &Program::add},
                                                      {"addErrback", &Program::add},
                                                      {"addCallbacks", &Program::add},
                                                      {"addBoth", &Program::add},
                                                      {"callback", &Program::callback},
                                                      {"errback", &Program::errback},
                                                      {"pause", &Program::pause},
                                                      {"unpause", &Program::unpause},
                                                      {"cancel", &Program::cancel},
                                                      {"chainDeferred", &Program::chainDeferred},
                                                      {"addTimeout", &Program::addTimeout},
                                                      {"advance", &Program::advance}};
    return all;
  }

  // No scenario goes on forever, but lists of lists multiply what a cancel does.
  void log(Json event) {
    constexpr std::size_t kMostEvents = 1000;
    if (log_.size() == kMostEvents) throw ForbiddenScenario("the log becomes too long");
    log_.push_back(std::move(event));
  }

  void perform(const Json& step) {
    try {
      (this->*operations().at(step["op"]))(step);
    } catch (const Raised& raised) {
      log({{"ev", "raised"}, {"error", raised.error}});
    }
  }

  void act(const std::string& who, const Json& actions) {
    std::size_t n = 0;
    for (const Json& action : actions) {
      log({{"ev", "act"}, {"by", who}, {"n", n++}, {"op", action["op"]}});
      perform(action);
    }
  }

  Node& named(const Json& name) { return *names_.at(name.get<std::string>()); }
  Node& on(const Json& step) { return named(step["on"]); }
  void name(const Json& step, Node& node) { names_[step["name"]] = &node; }

  Result run(const Json& behaviour, const Json& id, const char* side, const Result& input) {
    log({{"ev", "run"}, {"id", id}, {"side", side}, {"input", toJson(input)}});
    if (behaviour.contains("actions")) act(id, behaviour["actions"]);
    return outcome(behaviour, input);
  }

  Result outcome(const Json& outcome, const Result& input) {
    const std::string then = outcome["then"];
    if (then == "value") return value(outcome["value"]);
    if (then == "append") return value(Json::array({asValue(input), outcome["value"]}));
    if (then == "raise") return error(outcome["error"]);
    if (then == "deferred") return returned(named(outcome["name"]));
    if (then == "fired") return returned(library_.makeFired(value(outcome["value"])));
    if (then == "failed") return returned(library_.makeFired(error(outcome["error"])));
    if (then == "pass" || !input.isError()) return input;
    const Json& kinds = outcome["kinds"];
    const bool match = std::find(kinds.begin(), kinds.end(), input.content["kind"]) != kinds.end();
    if (match) return this->outcome(outcome["match"], input);
    return then == "check" ? this->outcome(outcome["otherwise"], input) : input;
  }

  void deferred(const Json& step) {
    Node& node = library_.make();
    name(step, node);
    if (!step.contains("canceller")) return;
    node.canceller = [this, &step] {
      const Json& canceller = step["canceller"];
      log({{"ev", "canceller"}, {"on", step["name"]}});
      act(step["name"], canceller["actions"]);
      if (canceller.contains("raise")) throw Raised{canceller["raise"]};
    };
  }

  void succeed(const Json& step) { name(step, library_.makeFired(value(step["value"]))); }
  void fail(const Json& step) { name(step, library_.makeFired(error(step["error"]))); }

  void maybeDeferred(const Json& step) {
    const Result ended = outcome(step["call"], {});
    name(step, ended.deferred != nullptr ? *ended.deferred : library_.makeFired(ended));
  }

  std::vector<Node*> members(const Json& step) {
    std::vector<Node*> result;
    for (const Json& member : step["of"]) result.push_back(&named(member));
    return result;
  }

  void list(const Json& step) {
    const ListRules rules{step["fireOnOneCallback"], step["fireOnOneErrback"],
                          step["consumeErrors"]};
    name(step, library_.makeList(members(step), rules));
  }

  void gatherResults(const Json& step) {
    name(step, library_.gather(members(step), step["consumeErrors"]));
  }

  // All four ways to add. A step has at most one side for a result; without one it lets it pass.
  void add(const Json& step) {
    library_.add(on(step), [this, &step](const Result& input) {
      for (const char* side : {input.isError() ? "errback" : "callback", "both"}) {
        if (step.contains(side)) return run(step[side], step["id"], side, input);
      }
      return input;
    });
  }

  void callback(const Json& step) { library_.fire(on(step), value(step["value"])); }
  void errback(const Json& step) { library_.fire(on(step), error(step["error"])); }
  void cancel(const Json& step) { library_.cancel(on(step)); }
  void chainDeferred(const Json& step) { library_.chain(on(step), named(step["to"])); }
  void advance(const Json& step) { library_.advance(step["seconds"]); }

  void pause(const Json& step) {
    ++on(step).unpausesLeft;
    library_.pause(on(step));
  }

  void unpause(const Json& step) {
    if (on(step).unpausesLeft == 0) {
      log({{"ev", "skipped"}});
      return;
    }
    --on(step).unpausesLeft;
    library_.unpause(on(step));
  }

  void addTimeout(const Json& step) {
    Pair onTimeout;
    if (step.contains("onTimeout")) {
      onTimeout = [this, &step](const Result& input) {
        return run(step["onTimeout"], step["id"], "timeout", input);
      };
    }
    library_.addTimeout(on(step), step["seconds"], onTimeout);
  }

  // C1
  void coroutine(const Json& step) {
    Node& node = library_.make();
    name(step, node);
    auto coroutine = std::make_shared<Coroutine>(
        Coroutine{step["name"], step["body"], step["end"], &node, nullptr, 0, Json::array()});
    makeCancellable(node, coroutine);
    runOn(coroutine);
  }

  // C4 and C5. What the node is fired with here is for the pair at the front only, and never seen.
  void makeCancellable(Node& node, const std::shared_ptr<Coroutine>& coroutine) {
    node.canceller = [this, &node, coroutine] {
      const Pair cancelAwaited = [this, coroutine](const Result&) {
        Node& substitute = library_.make();
        makeCancellable(substitute, coroutine);
        coroutine->deferred = &substitute;
        library_.cancel(*coroutine->awaited);
        return returned(substitute);
      };
      node.queue.push_front({cancelAwaited, nullptr});
      library_.fire(node, value(nullptr));
    };
  }

  void runOn(const std::shared_ptr<Coroutine>& coroutine) {
    while (coroutine->next < coroutine->body.size()) {
      Node& awaited = named(coroutine->body[coroutine->next]["await"]);
      if (awaited.running) throw ForbiddenScenario("a coroutine awaits a deferred that is running");
      if (!awaited.available()) {
        // C3
        coroutine->awaited = &awaited;
        library_.add(awaited, [this, coroutine, &awaited](const Result& input) {
          if (awaited.holds != 0) throw ForbiddenScenario("a paused deferred resumes a coroutine");
          if (resume(*coroutine, input)) runOn(coroutine);
          return value(nullptr);
        });
        return;
      }
      // C2
      awaited.reports = false;
      if (!resume(*coroutine, awaited.result)) return;
    }
    const bool returnsSeen = coroutine->end["then"] == "seen";
    end(*coroutine, returnsSeen ? value(coroutine->seen) : outcome(coroutine->end, {}));
  }

  // The body of the loop in section 3's pseudo-code. False if the coroutine has ended.
  bool resume(Coroutine& coroutine, const Result& input) {
    const Json& item = coroutine.body[coroutine.next];
    log({{"ev", "resumed"},
         {"name", coroutine.name},
         {"n", coroutine.next},
         {"input", toJson(input)}});
    if (input.isError()) {
      const Json kinds = item.contains("catch") ? item["catch"]["kinds"] : Json::array();
      const bool caught = std::any_of(kinds.begin(), kinds.end(), [&input](const Json& kind) {
        return kind == "*" || kind == input.content["kind"];
      });
      if (!caught) return end(coroutine, input);
      if (item["catch"]["then"] != "continue") return end(coroutine, outcome(item["catch"], {}));
    }
    coroutine.seen.push_back(asValue(input));
    ++coroutine.next;
    return true;
  }

  // False, as resume() says it.
  bool end(Coroutine& coroutine, Result result) {
    library_.fire(*coroutine.deferred, std::move(result));
    return false;
  }

  Library library_;
  std::map<std::string, Node*> names_;
  Json log_ = Json::array();
};

}  // namespace

Json referenceLog(const Json& scenario) {
  return Program().play(scenario);
}

}  // namespace poetry::testing
