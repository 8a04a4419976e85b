#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "workbench/scenarios/scenario.h"

namespace poetry {
namespace {

using nlohmann::json;

// A place in the document: the way there is written out only if a message needs it.
class Place {
 public:
  Place() = default;
  Place operator/(const char* key) const { return Place(this, key, 0); }
  Place operator/(std::size_t index) const { return Place(this, nullptr, index); }

  std::string text() const {
    if (above_ == nullptr) return "";
    return above_->text() + "/" + (key_ != nullptr ? key_ : std::to_string(index_));
  }

 private:
  Place(const Place* above, const char* key, std::size_t index)
      : above_(above), key_(key), index_(index) {}

  const Place* above_ = nullptr;
  const char* key_ = nullptr;
  std::size_t index_ = 0;
};

// Looks at a document, and knows where it is.
class Checker {
 public:
  void scenario(const json& scenario) {
    const Place root;
    object(scenario, root);
    const json& steps = array(scenario, root, "steps");
    for (const json& step : steps) collectName(step);
    each(steps, root / "steps", [&](const json& step, const Place& at) { this->step(step, at); });
  }

 private:
  [[noreturn]] static void complain(const Place& at, const std::string& why) {
    throw MalformedScenario(at.text(), why);
  }

  // ---- fields ----

  static void object(const json& value, const Place& at) {
    if (!value.is_object()) complain(at, "must be an object");
  }

  static const json& field(const json& of, const Place& at, const char* name) {
    const auto found = of.find(name);
    if (found == of.end()) complain(at, "has no \"" + std::string(name) + "\"");
    return *found;
  }

  static const json& array(const json& of, const Place& at, const char* name) {
    const json& value = field(of, at, name);
    if (!value.is_array()) complain(at / name, "must be an array");
    return value;
  }

  static const std::string& string(const json& of, const Place& at, const char* name) {
    const json& value = field(of, at, name);
    if (!value.is_string()) complain(at / name, "must be a string");
    return value.get_ref<const std::string&>();
  }

  static void boolean(const json& of, const Place& at, const char* name) {
    if (!field(of, at, name).is_boolean()) complain(at / name, "must be true or false");
  }

  static void seconds(const json& of, const Place& at, int least) {
    const json& value = field(of, at, "seconds");
    if (!value.is_number_integer() || value < least || value > 1'000'000'000) {
      complain(at / "seconds", "must be a whole number, " + std::to_string(least) + " or more");
    }
  }

  template <typename Look>
  static void each(const json& values, const Place& at, Look look) {
    for (std::size_t index = 0; index < values.size(); ++index) look(values[index], at / index);
  }

  // ---- names ----

  void collectName(const json& step) {
    if (step.is_object() && step.contains("name") && step["name"].is_string()) {
      names_.insert(step["name"].get<std::string>());
    }
  }

  void known(const json& of, const Place& at, const char* field) const {
    const std::string& name = string(of, at, field);
    if (!names_.contains(name)) complain(at / field, "no step creates " + of[field].dump());
  }

  void knownMembers(const json& of, const Place& at) const {
    each(array(of, at, "of"), at / "of", [&](const json& name, const Place& member) {
      if (!name.is_string()) complain(member, "must be a string");
      if (!names_.contains(name.get_ref<const std::string&>())) {
        complain(member, "no step creates " + name.dump());
      }
    });
  }

  // ---- parts ----

  static void error(const json& of, const Place& at, const char* name) {
    const json& error = field(of, at, name);
    object(error, at / name);
    string(error, at / name, "kind");
    string(error, at / name, "message");
  }

  static void kinds(const json& of, const Place& at) {
    each(array(of, at, "kinds"), at / "kinds", [](const json& kind, const Place& place) {
      if (!kind.is_string()) complain(place, "must be a string");
    });
  }

  // `allowed` are the words that may follow "then".
  void outcome(const json& outcome, const Place& at,
               std::initializer_list<std::string_view> allowed) const {
    object(outcome, at);
    const std::string& then = string(outcome, at, "then");
    if (std::find(allowed.begin(), allowed.end(), then) == allowed.end()) {
      complain(at / "then", outcome["then"].dump() + " can not stand here");
    }
    if (then == "value" || then == "append" || then == "fired") field(outcome, at, "value");
    if (then == "raise" || then == "failed") error(outcome, at, "error");
    if (then == "deferred") known(outcome, at, "name");
    if (then == "trap" || then == "check") {
      kinds(outcome, at);
      branch(outcome, at, "match");
    }
    if (then == "check") branch(outcome, at, "otherwise");
  }

  void branch(const json& of, const Place& at, const char* name) const {
    outcome(field(of, at, name), at / name,
            {"pass", "value", "append", "raise", "deferred", "fired", "failed"});
  }

  void behaviour(const json& of, const Place& at, const char* name) const {
    string(of, at, "id");
    const json& behaviour = field(of, at, name);
    outcome(behaviour, at / name,
            {"pass", "value", "append", "raise", "deferred", "fired", "failed", "trap", "check"});
    if (behaviour.contains("actions")) actions(behaviour, at / name);
  }

  void actions(const json& of, const Place& at) const {
    each(array(of, at, "actions"), at / "actions", [&](const json& action, const Place& place) {
      object(action, place);
      if (!act(action, place, string(action, place, "op"))) {
        complain(place / "op", action["op"].dump() + " is no action");
      }
    });
  }

  // ---- steps ----

  void step(const json& step, const Place& at) const {
    object(step, at);
    const std::string& op = string(step, at, "op");
    if (op == "advance") return seconds(step, at, 0);
    if (act(step, at, op)) return;
    if (!create(step, at, op)) complain(at / "op", "there is no step " + step["op"].dump());
    string(step, at, "name");
  }

  // Is it a step that acts on a Deferred, and a good one?
  bool act(const json& step, const Place& at, const std::string& op) const {
    if (op == "addCallback") {
      behaviour(step, at, "callback");
    } else if (op == "addErrback") {
      behaviour(step, at, "errback");
    } else if (op == "addCallbacks") {
      behaviour(step, at, "callback");
      behaviour(step, at, "errback");
    } else if (op == "addBoth") {
      behaviour(step, at, "both");
    } else if (op == "callback") {
      field(step, at, "value");
    } else if (op == "errback") {
      error(step, at, "error");
    } else if (op == "chainDeferred") {
      known(step, at, "to");
    } else if (op == "addTimeout") {
      seconds(step, at, 1);
      if (step.contains("onTimeout")) behaviour(step, at, "onTimeout");
    } else if (op != "pause" && op != "unpause" && op != "cancel") {
      return false;
    }
    known(step, at, "on");
    return true;
  }

  // Is it a step that creates a Deferred, and a good one?
  bool create(const json& step, const Place& at, const std::string& op) const {
    if (op == "deferred") {
      if (step.contains("canceller")) canceller(step, at);
    } else if (op == "succeed") {
      field(step, at, "value");
    } else if (op == "fail") {
      error(step, at, "error");
    } else if (op == "maybeDeferred") {
      outcome(field(step, at, "call"), at / "call",
              {"value", "raise", "deferred", "fired", "failed"});
    } else if (op == "execute") {
      outcome(field(step, at, "call"), at / "call", {"value", "raise"});
    } else if (op == "list" || op == "gatherResults") {
      knownMembers(step, at);
      boolean(step, at, "consumeErrors");
      if (op == "list") boolean(step, at, "fireOnOneCallback");
      if (op == "list") boolean(step, at, "fireOnOneErrback");
    } else if (op == "coroutine") {
      coroutine(step, at);
    } else {
      return false;
    }
    return true;
  }

  void canceller(const json& step, const Place& at) const {
    const json& canceller = field(step, at, "canceller");
    object(canceller, at / "canceller");
    actions(canceller, at / "canceller");
    if (canceller.contains("raise")) error(canceller, at / "canceller", "raise");
  }

  void coroutine(const json& step, const Place& at) const {
    each(array(step, at, "body"), at / "body", [&](const json& item, const Place& place) {
      object(item, place);
      known(item, place, "await");
      if (!item.contains("catch")) return;
      object(item["catch"], place / "catch");
      kinds(item["catch"], place / "catch");
      ending(item["catch"], place / "catch", "continue");
    });
    ending(field(step, at, "end"), at / "end", "seen");
  }

  // How a coroutine ends: with a value, an error, or as `also` says.
  void ending(const json& end, const Place& at, std::string_view also) const {
    outcome(end, at, {"value", "raise", also});
  }

  std::set<std::string> names_;  // that the steps create
};

}  // namespace

void checkScenario(const nlohmann::json& scenario) {
  Checker().scenario(scenario);
}

}  // namespace poetry
