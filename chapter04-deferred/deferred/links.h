#pragma once

#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "deferred/chain.h"
#include "deferred/result.h"

// The links that a Deferred<T> puts into its chain: here the types come in.

namespace poetry {

template <typename T>
class Deferred;

namespace detail {

// A chain's value type after a function that returns an R: a value, a Result, or a Deferred or
// something derived from it, such as a list. (These are never called: given a pointer to what is
// returned, the compiler takes the one that fits best, and says what that would return.)
template <typename R>
std::type_identity<R> valueBehind(...);
template <typename, typename T>
std::type_identity<T> valueBehind(const Result<T>*);
template <typename, typename T>
std::type_identity<T> valueBehind(const Deferred<T>*);

template <typename R>
using ValueBehind =
    typename decltype(valueBehind<std::decay_t<R>>(std::add_pointer_t<std::decay_t<R>>()))::type;

template <typename R>
constexpr bool kIsDeferred =
    std::is_convertible_v<std::decay_t<R>*, const Deferred<ValueBehind<R>>*>;

template <typename R>
constexpr bool kIsResult = std::is_same_v<std::decay_t<R>, Result<ValueBehind<R>>>;

// May a callback be called with the value of a Deferred<T>?
template <typename Callback, typename T>
struct TakesValue : std::is_invocable<Callback&, T> {};
template <typename Callback>
struct TakesValue<Callback, void> : std::is_invocable<Callback&> {};

// And what does it return?
template <typename Callback, typename T>
struct OnValue : std::invoke_result<Callback&, T> {};
template <typename Callback>
struct OnValue<Callback, void> : std::invoke_result<Callback&> {};

// May a function that returns an R stand where a T is expected?
template <typename R, typename T>
constexpr bool kFits = kIsDeferred<R> || kIsResult<R>
                           ? std::is_same_v<ValueBehind<R>, T>
                           : std::is_same_v<std::decay_t<R>, Failure> ||
                                 std::is_convertible_v<R, Stored<T>> ||
                                 (std::is_void_v<R> && std::is_void_v<T>);

template <typename T>
const Type* typeOf() {
  return &Slot::kType<Stored<T>>;
}

// What the headers that build on Deferred may see of a handle.
struct Access {
  template <typename T>
  static Deferred<T> make(Ref<State> state) {
    return Deferred<T>(std::move(state));
  }

  template <typename T>
  static State& state(const Deferred<T>& handle) {
    return handle.state();
  }

  // For adding a link after what the handle stands for.
  template <typename T>
  static Ref<State>& stateToAddTo(Deferred<T>& handle) {
    stateToAddTo(std::as_const(handle));
    return handle.state_;
  }
  template <typename T>
  static const Ref<State>& stateToAddTo(const Deferred<T>& handle) {
    if (handle.state().typeOut != typeOf<T>()) {
      throw SpentHandleError("this handle is spent: use the one that addCallback returned");
    }
    return handle.state_;
  }
};

// Moving a value may throw. Then what was thrown takes the place of the value: so what follows
// throws nothing, and no chain gets stuck in the middle.

template <typename T>
void setResult(State& deferred, Result<T>&& result) noexcept {
  if (result.failed()) return deferred.result.emplace<Failure>(result.failure());
  try {
    deferred.result.emplace<Stored<T>>(std::move(result).value());
  } catch (...) {
    deferred.result.emplace<Failure>(Failure::current());
  }
}

// Another one has taken the result away: the next function that wants a T gets an empty one. (That
// is rare, and kept out of the way of what is not.)
template <typename T>
[[gnu::cold]] void makeEmptyValue(State& deferred) noexcept {
  if constexpr (std::is_default_constructible_v<Stored<T>>) {
    try {
      deferred.result.emplace<Stored<T>>();
    } catch (...) {
      deferred.result.emplace<Failure>(Failure::current());
    }
  } else {
    deferred.result.emplace<Failure>(Failure::of(ResultTakenError()));
  }
}

// Moves the result out of `deferred`, which is left with nothing.
template <typename T>
Result<T> takeResult(State& deferred) noexcept {
  if (deferred.result.isEmpty()) makeEmptyValue<T>(deferred);
  try {
    Result<T> result = deferred.result.isA<Failure>()
                           ? Result<T>(std::move(deferred.result.get<Failure>()))
                           : Result<T>(std::move(deferred.result.get<Stored<T>>()));
    deferred.result.clear();
    return result;
  } catch (...) {
    deferred.result.clear();
    return Failure::current();
  }
}

// A copy of the result; or, if it cannot be copied, the result itself. What copying throws comes
// out here.
template <typename T>
Result<T> peek(State& deferred) {
  if (deferred.result.isEmpty()) makeEmptyValue<T>(deferred);
  if (deferred.result.isA<Failure>()) return deferred.result.get<Failure>();
  if constexpr (std::is_copy_constructible_v<Stored<T>>) {
    return deferred.result.get<Stored<T>>();
  } else {
    return takeResult<T>(deferred);
  }
}

// What a function of the chain has returned becomes the result.
template <typename T, typename R>
void settle(State& deferred, R returned) {
  if constexpr (kIsDeferred<R>) {
    deferred.waitFor(Access::stateToAddTo<T>(returned));
  } else if constexpr (kIsResult<R>) {
    setResult<T>(deferred, std::move(returned));
  } else if constexpr (std::is_same_v<R, Failure>) {
    deferred.result.emplace<Failure>(std::move(returned));
  } else {
    deferred.result.emplace<Stored<T>>(std::move(returned));
  }
}

// Calls a function of the chain. What it returns makes the chain a T.
template <typename T, typename Function, typename... Arguments>
void call(State& deferred, Function& function, Arguments&&... arguments) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Function&, Arguments...>>) {
      std::invoke(function, std::forward<Arguments>(arguments)...);
      deferred.result.emplace<Nothing>();
    } else {
      settle<T>(deferred, std::invoke(function, std::forward<Arguments>(arguments)...));
    }
  } catch (...) {
    deferred.result.emplace<Failure>(Failure::current());
  }
}

// Stands for a function that is not there: the result goes on as it is.
struct Pass {};

// A callback and an errback; one of them is called. A T goes in, a U comes out.
template <typename T, typename U, typename Callback, typename Errback>
struct Pair final : Link {
  static constexpr bool kTrivial =
      std::is_trivially_destructible_v<Callback> && std::is_trivially_destructible_v<Errback>;

  Pair(Callback value, Errback error) : callback(std::move(value)), errback(std::move(error)) {}

  Ref<State> run(State& deferred) override {
    if (deferred.result.isA<Failure>()) {
      if constexpr (!std::is_same_v<Errback, Pass>) {
        call<U>(deferred, errback, std::move(deferred.result.get<Failure>()));
      }
    } else if constexpr (!std::is_same_v<Callback, Pass>) {
      if (!deferred.result.isA<Stored<T>>()) {
        makeEmptyValue<T>(deferred);
        return run(deferred);
      }
      if constexpr (std::is_void_v<T>) {
        call<U>(deferred, callback);
      } else {
        call<U>(deferred, callback, std::move(deferred.result.get<T>()));
      }
    }
    return {};
  }

  [[no_unique_address]] Callback callback;
  [[no_unique_address]] Errback errback;
};

// A function that is called either way.
template <typename T, typename U, typename Function>
struct Both final : Link {
  static constexpr bool kTrivial = std::is_trivially_destructible_v<Function>;

  explicit Both(Function both) : function(std::move(both)) {}

  Ref<State> run(State& deferred) override {
    call<U>(deferred, function, takeResult<T>(deferred));
    return {};
  }

  Function function;
};

// What chainDeferred adds.
template <typename T>
struct ChainTo final : Link {
  explicit ChainTo(Deferred<T> next) : other(std::move(next)) {}

  Ref<State> run(State& deferred) override {
    try {
      other.fire(takeResult<T>(deferred));
    } catch (...) {
      deferred.result.emplace<Failure>(Failure::current());
    }
    return {};
  }

  Deferred<T> other;
};

// What addTimeout adds: if the timer has gone off, the result becomes what `onTimeout` makes of it.
template <typename T, typename OnTimeout>
struct TimeLimit final : Link {
  TimeLimit(std::shared_ptr<bool> goneOff, OnTimeout function)
      : over(std::move(goneOff)), onTimeout(std::move(function)) {}

  Ref<State> run(State& deferred) override {
    if (*over) call<T>(deferred, onTimeout, takeResult<T>(deferred));
    return {};
  }

  std::shared_ptr<bool> over;
  OnTimeout onTimeout;
};

// And then: the timer is not needed any more. (These are two links, as Twisted's are two callbacks.
// It makes a difference to a chain that was stopped by the pause of one that it gave its result to,
// and has another one to give it to: each time that something is added, it goes on to the next.)
template <typename Timer>
struct StopTimer final : Link {
  explicit StopTimer(Timer running) : timer(std::move(running)) {}

  Ref<State> run(State&) override {
    if (timer.active()) timer.cancel();
    return {};
  }

  Timer timer;
};

template <typename Function, typename T>
concept CancellerFor =
    std::is_invocable_v<Function&, Deferred<T>> || std::is_invocable_v<Function&>;

template <typename T, typename Function>
struct CancellerOf final : Canceller {
  explicit CancellerOf(Function canceller) : function(std::move(canceller)) {}

  void cancel(const Ref<State>& deferred) override {
    if constexpr (std::is_invocable_v<Function&, Deferred<T>>) {
      function(Access::make<T>(deferred));
    } else {
      function();
    }
  }

  Function function;
};

}  // namespace detail
}  // namespace poetry
