#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "deferred/deferred.h"

// Many Deferreds as one. After Twisted's DeferredList and gatherResults.

namespace poetry {

// The result of a list that does not wait for more after the first error.
struct FirstError : std::runtime_error {
  FirstError(std::size_t member, Failure failure)
      : std::runtime_error("number " + std::to_string(member) +
                           " of the list failed: " + failure.message()),
        index(member),
        cause(std::move(failure)) {}

  std::size_t index;  // whose error it was, counted from 0
  Failure cause;
};

struct ListOptions {
  bool fireOnOneCallback = false;  // the first value is enough
  bool fireOnOneErrback = false;   // after the first error, do not wait: fail with a FirstError
  bool consumeErrors = false;      // the members' errors are handled by being in the list
};

// What came of a list.
template <typename T>
struct ListResult {
  std::vector<Result<T>> results;    // one for each member, in their order; or, if `first` says
                                     // whose it is, only the first value
  std::optional<std::size_t> first;  // counted from 0
};

namespace detail {

// What every list knows about its members. They own it: each has to tell it its result.
class Members {
 public:
  template <typename T>
  void add(const Deferred<T>& member) {
    members_.emplace_back(Access::stateToAddTo(member));
  }

  // All of them, whatever their cancellers throw.
  void cancel() {
    for (const WeakRef<State>& member : members_) {
      try {
        if (const Ref<State> there = member.lock()) there->cancel();
      } catch (...) {
      }
    }
  }

 private:
  std::vector<WeakRef<State>> members_;
};

// A Deferred that is cancelled by cancelling `members`, and in no other way.
template <typename T>
Deferred<T> makeList(std::shared_ptr<Members> members, SourceLocation where) {
  Deferred<T> list([members = std::move(members)] { members->cancel(); }, where);
  Access::stateToAddTo(list)->isList = true;
  return list;
}

// What a list adds to each member: `note` sees the result, which then goes on.
template <typename Function>
struct MemberLink final : Link {
  explicit MemberLink(Function see) : note(std::move(see)) {}

  Ref<State> run(State& member) override {
    note(member);
    return {};
  }

  Function note;
};

template <typename T, typename Function>
void addToMember(const Deferred<T>& member, Function note) {
  const Ref<State> state = Access::stateToAddTo(member);
  state->add<MemberLink<Function>>(typeOf<T>(), std::move(note));
}

template <typename T>
struct ListCore {
  ListCore(Deferred<ListResult<T>> itself, ListOptions how, std::size_t size)
      : list(std::move(itself)), options(how), notes(size), missing(size) {}

  // What copying or moving the result throws is an error of the list.
  void note(std::size_t index, State& member) {
    try {
      notes[index].emplace(peek<T>(member));
      noted(index);
    } catch (...) {
      if (!Access::state(list).fired) list.errback(Failure::current());
    }
    if (options.consumeErrors && member.result.isA<Failure>()) member.result.clear();
  }

  void noted(std::size_t index) {
    --missing;
    if (Access::state(list).fired) return;
    Result<T>& result = *notes[index];
    if (!result.failed() && options.fireOnOneCallback) {
      ListResult<T> one{{}, index};
      one.results.push_back(std::move(result));
      list.callback(std::move(one));
    } else if (result.failed() && options.fireOnOneErrback) {
      list.errback(Failure::of(FirstError(index, result.failure())));
    } else if (missing == 0) {
      list.callback(all());
    }
  }

  ListResult<T> all() {
    ListResult<T> all;
    for (std::optional<Result<T>>& note : notes) all.results.push_back(std::move(*note));
    return all;
  }

  Deferred<ListResult<T>> list;
  ListOptions options;
  std::vector<std::optional<Result<T>>> notes;
  std::size_t missing;
};

template <typename... Ts>
struct TupleCore {
  explicit TupleCore(Deferred<std::tuple<Stored<Ts>...>> itself) : list(std::move(itself)) {}

  template <std::size_t I, typename T>
  void note(State& member) {
    try {
      noted(I, std::get<I>(notes).emplace(peek<T>(member)));
    } catch (...) {
      if (!Access::state(list).fired) list.errback(Failure::current());
    }
  }

  template <typename T>
  void noted(std::size_t index, const Result<T>& result) {
    --missing;
    if (Access::state(list).fired) return;
    if (result.failed()) return list.errback(Failure::of(FirstError(index, result.failure())));
    if (missing == 0) list.callback(all(std::index_sequence_for<Ts...>()));
  }

  template <std::size_t... I>
  std::tuple<Stored<Ts>...> all(std::index_sequence<I...>) {
    return {std::move(*std::get<I>(notes)).value()...};
  }

  Deferred<std::tuple<Stored<Ts>...>> list;
  std::tuple<std::optional<Result<Ts>>...> notes;
  std::size_t missing = sizeof...(Ts);
};

}  // namespace detail

// Fires when all its members have, with what came of each; or sooner, if its options say so. It
// adds a link to each member's chain, which passes the result on. Cancelling it cancels all its
// members; it fires when they do.
template <typename T>
class DeferredList : public Deferred<ListResult<T>> {
 public:
  explicit DeferredList(const std::vector<Deferred<T>>& members, ListOptions options = {},
                        SourceLocation where = SourceLocation::current())
      : DeferredList(members, options, std::make_shared<detail::Members>(), where) {}

 private:
  DeferredList(const std::vector<Deferred<T>>& members, ListOptions options,
               const std::shared_ptr<detail::Members>& weak, SourceLocation where)
      : Deferred<ListResult<T>>(detail::makeList<ListResult<T>>(weak, where)) {
    if (members.empty() && !options.fireOnOneCallback) this->callback(ListResult<T>());
    for (const Deferred<T>& member : members) weak->add(member);
    const auto core = std::make_shared<detail::ListCore<T>>(*this, options, members.size());
    for (std::size_t index = 0; index < members.size(); ++index) {
      detail::addToMember(members[index],
                          [core, index](detail::State& member) { core->note(index, member); });
    }
  }
};

// All the values, in order; or a FirstError. A coroutine that awaits it must not keep the members,
// which own the list, and with it the coroutine: it should move them in here.
template <typename T>
auto gatherResults(std::vector<Deferred<T>> members, bool consumeErrors = false,
                   SourceLocation where = SourceLocation::current()) {
  const std::vector<Deferred<T>> ours = std::move(members);  // `members` may go later than we do
  const ListOptions options = {.fireOnOneErrback = true, .consumeErrors = consumeErrors};
  return DeferredList<T>(ours, options, where).addCallback([](ListResult<T> list) {
    std::vector<Stored<T>> values;
    for (Result<T>& result : list.results) values.push_back(std::move(result).value());
    return values;
  });
}

// The same for Deferreds of different types, as a tuple. (In it, std::monostate stands for void.
// The list does not know where it was made.)
template <typename... Ts>
Deferred<std::tuple<Stored<Ts>...>> gatherResults(const Deferred<Ts>&... members) {
  using Core = detail::TupleCore<Ts...>;
  const auto weak = std::make_shared<detail::Members>();
  (weak->add(members), ...);
  const auto core =
      std::make_shared<Core>(detail::makeList<std::tuple<Stored<Ts>...>>(weak, SourceLocation()));
  auto list = core->list;
  if constexpr (sizeof...(Ts) == 0) list.callback(std::tuple<>());
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (detail::addToMember(members,
                         [core](detail::State& member) { core->template note<I, Ts>(member); }),
     ...);
  }
  (std::index_sequence_for<Ts...>());
  return list;
}

}  // namespace poetry
