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
std::type_identity<R> made(...);
template <typename, typename T>
std::type_identity<T> made(const Result<T>*);
template <typename, typename T>
std::type_identity<T> made(const Deferred<T>*);

template <typename R>
using Made = typename decltype(made<std::decay_t<R>>(std::add_pointer_t<std::decay_t<R>>()))::type;

template <typename R>
constexpr bool kIsDeferred = std::is_convertible_v<std::decay_t<R>*, const Deferred<Made<R>>*>;

template <typename R>
constexpr bool kIsResult = std::is_same_v<std::decay_t<R>, Result<Made<R>>>;

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
                           ? std::is_same_v<Made<R>, T>
                           : std::is_same_v<std::decay_t<R>, Failure> ||
                                 std::is_convertible_v<R, Stored<T>> ||
                                 (std::is_void_v<R> && std::is_void_v<T>);

template <typename T>
const Type* typeOf() {
  return &Slot::kType<Stored<T>>;
}

// What the headers that build on Deferred may see of a handle.
struct Handle {
  template <typename T>
  static Deferred<T> make(Ref<State> state) {
    return Deferred<T>(std::move(state));
  }

  template <typename T>
  static State& state(const Deferred<T>& handle) {
    return handle.state();
  }

  // Makes it stand for another Deferred, or for none.
  template <typename T>
  static void reset(const Deferred<T>& handle, const Ref<State>& state = {}) {
    handle.state_ = state;
  }

  // For adding a link after what the handle stands for.
  template <typename T>
  static Ref<State>& open(const Deferred<T>& handle) {
    if (handle.state().lastType != typeOf<T>()) {
      throw SpentHandleError("this handle is spent: use the one that addCallback returned");
    }
    return handle.state_;
  }
};

// Moving a value may throw. Then what was thrown takes the place of the value: so what follows
// throws nothing, and no chain gets stuck in the middle.

// What is left where a result was taken away.
template <typename T>
Result<T> nothingLeft() noexcept {
  if constexpr (std::is_default_constructible_v<Stored<T>>) {
    try {
      return Stored<T>();
    } catch (...) {
      return Failure::current();
    }
  } else {
    return Failure::of(ResultTakenError());
  }
}

template <typename T>
void put(State& x, Result<T>&& result) noexcept {
  if (result.failed()) return x.result.emplace<Failure>(result.failure());
  try {
    x.result.emplace<Stored<T>>(std::move(result).value());
  } catch (...) {
    x.result.emplace<Failure>(Failure::current());
  }
}

// If an error was taken away from a chain that had links left, what is left may be an empty value
// of another type than theirs.
template <typename T>
void failIfOfAnotherType(State& x) {
  if (x.result.holds<Failure>() || x.result.holds<Stored<T>>()) return;
  x.result.emplace<Failure>(Failure::of(ResultTakenError()));
}

// Moves the result out of `x`, which gets another one at once.
template <typename T>
Result<T> takeFrom(State& x) noexcept {
  failIfOfAnotherType<T>(x);
  if (x.result.holds<Failure>()) return std::move(x.result.get<Failure>());
  try {
    return std::move(x.result.get<Stored<T>>());
  } catch (...) {
    return Failure::current();
  }
}

// The same, for good: the next to ask `x` finds nothing.
template <typename T>
Result<T> takeAway(State& x) noexcept {
  Result<T> result = takeFrom<T>(x);
  put<T>(x, nothingLeft<T>());
  return result;
}

// Hands the result of `giver` over to `x`.
template <typename T>
void handOver(State& giver, State& x) noexcept {
  put<T>(x, takeAway<T>(giver));
  giver.reports = false;
}

// The last link of a chain that another Deferred waits for.
template <typename T>
struct HandOver final : Link {
  static constexpr bool kTrivial = false;

  explicit HandOver(State& waiting) : receiver(&waiting) {}

  Ref<State> run(State& giver) override {
    receiver->stopWaiting();
    handOver<T>(giver, *receiver);
    return std::move(receiver);
  }

  Ref<State> receiver;
};

// A function of x's chain has returned a Deferred: its result is x's, now or when it is there.
template <typename T>
void adopt(State& x, const Deferred<T>& returned) {
  const Ref<State>& giver = Handle::open(returned);
  if (&*giver == &x) throw std::logic_error("a Deferred can not wait for itself");
  x.result.clear();  // it may own `giver`, which is about to own us
  if (giver->available(typeOf<T>())) return handOver<T>(*giver, x);
  giver->links.push<HandOver<T>>(x);
  x.waitFor(giver);
}

// What a function of x's chain has returned becomes the result.
template <typename T, typename R>
void settle(State& x, R returned) {
  if constexpr (kIsDeferred<R>) {
    adopt<T>(x, returned);
  } else if constexpr (kIsResult<R>) {
    put<T>(x, std::move(returned));
  } else if constexpr (std::is_same_v<R, Failure>) {
    x.result.emplace<Failure>(std::move(returned));
  } else {
    x.result.emplace<Stored<T>>(std::move(returned));
  }
}

// Calls a function of x's chain. What it returns makes the chain a T.
template <typename T, typename Function, typename... Arguments>
void call(State& x, Function& function, Arguments&&... arguments) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Function&, Arguments...>>) {
      std::invoke(function, std::forward<Arguments>(arguments)...);
      x.result.emplace<Nothing>();
    } else {
      settle<T>(x, std::invoke(function, std::forward<Arguments>(arguments)...));
    }
  } catch (...) {
    x.result.emplace<Failure>(Failure::current());
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

  Ref<State> run(State& x) override {
    if (x.result.holds<Failure>()) {
      if constexpr (!std::is_same_v<Errback, Pass>) {
        call<U>(x, errback, std::move(x.result.get<Failure>()));
      }
    } else if constexpr (!std::is_same_v<Callback, Pass>) {
      if (!x.result.holds<Stored<T>>()) {
        failIfOfAnotherType<T>(x);
      } else if constexpr (std::is_void_v<T>) {
        call<U>(x, callback);
      } else {
        call<U>(x, callback, std::move(x.result.get<T>()));
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

  Ref<State> run(State& x) override {
    call<U>(x, function, takeFrom<T>(x));
    return {};
  }

  Function function;
};

// What addTimeout adds: cancels the timer, which has gone off if `over`; then the result becomes
// what `onTimeout` makes of it.
template <typename T, typename Timer, typename OnTimeout>
struct TimeLimit final : Link {
  static constexpr bool kTrivial = false;

  TimeLimit(std::shared_ptr<bool> goneOff, Timer running, OnTimeout function)
      : over(std::move(goneOff)), timer(std::move(running)), onTimeout(std::move(function)) {}

  Ref<State> run(State& x) override {
    if (*over) {
      call<T>(x, onTimeout, takeFrom<T>(x));
    } else if (timer.active()) {
      timer.cancel();
    }
    return {};
  }

  std::shared_ptr<bool> over;
  Timer timer;
  OnTimeout onTimeout;
};

template <typename Function, typename T>
concept CancellerFor =
    std::is_invocable_v<Function&, Deferred<T>> || std::is_invocable_v<Function&>;

template <typename T, typename Function>
struct CancellerOf final : Canceller {
  explicit CancellerOf(Function canceller) : function(std::move(canceller)) {}

  void cancel(const Ref<State>& x) override {
    if constexpr (std::is_invocable_v<Function&, Deferred<T>>) {
      function(Handle::make<T>(x));
    } else {
      function();
    }
  }

  Function function;
};

}  // namespace detail
}  // namespace poetry
