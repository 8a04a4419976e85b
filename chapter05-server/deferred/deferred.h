#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "deferred/chain.h"
#include "deferred/links.h"
#include "deferred/result.h"

namespace poetry {

// A result that is not there yet: a T, or a Failure. Two chains of functions wait for it, callbacks
// for a value and errbacks for an error; and what one function returns or throws is the result that
// the next one gets. After Twisted's Deferred.
//
// This is a handle: copies refer to the same Deferred. The code that will have the result keeps
// one, and fires it. All handles of a Deferred belong to one thread.
//
// T is any type that can be moved, or void. Functions may be of any kind, including lambdas that
// own something; each is destroyed when its turn is over.
template <typename T>
class Deferred {
  static_assert(!std::is_reference_v<T>, "a reference is no value: let it be a pointer");
  static_assert(!detail::kIsDeferred<T>,
                "a Deferred can wait for another one, but not have it as its value");
  static_assert(!detail::kIsResult<T> && !std::is_same_v<T, Failure>,
                "a Failure is no value: a callback that may return one is to return a Result<U>");

 public:
  // One that has not fired.
  explicit Deferred(SourceLocation where = SourceLocation::current())
      : state_(new detail::State(detail::typeOf<T>(), where)) {}

  // One that can be cancelled. `canceller`, a function of a Deferred<T> or of nothing, ends what is
  // under way; if it does not fire the Deferred, that gets a CancelledError. It is destroyed when
  // the Deferred fires.
  template <detail::CancellerFor<T> Canceller>
  explicit Deferred(Canceller canceller, SourceLocation where = SourceLocation::current())
      : Deferred(where) {
    using Kept = detail::CancellerOf<T, Canceller>;
    state_->canceller = detail::Ref<detail::Canceller>(new Kept(std::move(canceller)));
  }

  // ---- the two chains ----
  //
  // These four add to the end of both chains. If the result is there, the chain runs on at once,
  // before they return. What they return is a handle for what comes out of the new link; if that is
  // of another type, this handle is spent: adding anything to it throws SpentHandleError.
  //
  // Each is there twice. One is for a handle that stays: it makes a copy, and does with that what
  // the other one does, which is for a handle that goes away, as in getPoetry().addCallback(f).

  // `onValue` is called with the value, or with nothing if T is void. It may return a value, or
  // nothing, or a Result; or a Deferred, and then the chains wait for that.
  template <typename Callback>
  auto addCallback(Callback onValue) const& {
    return Deferred(*this).addCallback(std::move(onValue));
  }
  template <typename Callback>
  auto addCallback(Callback onValue) && {
    if constexpr (takesValue<Callback>()) {
      using U = ValueBehind<Callback>;
      return add<U, detail::Pair<T, U, Callback, detail::Pass>>(std::move(onValue), detail::Pass());
    }
  }

  // `onError` is called with the Failure. What it returns takes the place of the value.
  template <typename Errback>
  auto addErrback(Errback onError) const& {
    return Deferred(*this).addErrback(std::move(onError));
  }
  template <typename Errback>
  auto addErrback(Errback onError) && {
    if constexpr (errbackFits<Errback, T>()) {
      return add<T, detail::Pair<T, T, detail::Pass, Errback>>(detail::Pass(), std::move(onError));
    }
  }

  // One of the two is called. What `onValue` throws goes to the next errback, not to this one.
  template <typename Callback, typename Errback>
  auto addCallbacks(Callback onValue, Errback onError) const& {
    return Deferred(*this).addCallbacks(std::move(onValue), std::move(onError));
  }
  template <typename Callback, typename Errback>
  auto addCallbacks(Callback onValue, Errback onError) && {
    if constexpr (takesValue<Callback>()) {
      using U = ValueBehind<Callback>;
      if constexpr (errbackFits<Errback, U>()) {
        return add<U, detail::Pair<T, U, Callback, Errback>>(std::move(onValue),
                                                             std::move(onError));
      }
    }
  }

  // `both` is called either way, with a Result<T>.
  template <typename Function>
  auto addBoth(Function both) const& {
    return Deferred(*this).addBoth(std::move(both));
  }
  template <typename Function>
  auto addBoth(Function both) && {
    constexpr bool kTakesResult = std::is_invocable_v<Function&, Result<T>>;
    static_assert(kTakesResult, "what is added by addBoth to a Deferred<T> must take a Result<T>");
    if constexpr (kTakesResult) {
      using U = detail::ValueBehind<std::invoke_result_t<Function&, Result<T>>>;
      return add<U, detail::Both<T, U, Function>>(std::move(both));
    }
  }

  // Fires `other` with our result, which is then gone from here. `other` knows nothing of us.
  Deferred chainDeferred(Deferred other) const;

  // Cancels this Deferred if the result is not there, at this place in the chain, after `limit`. A
  // CancelledError that comes of it becomes a TimeoutError; with `onTimeout`, which takes a
  // Result<T>, whatever comes of it is replaced by what that returns, as with addErrback. `clock`
  // is anything with a callLater: a reactor, or a test's clock.
  template <typename Clock>
  Deferred addTimeout(std::chrono::nanoseconds limit, Clock& clock) const;
  template <typename Clock, typename OnTimeout>
  Deferred addTimeout(std::chrono::nanoseconds limit, Clock& clock, OnTimeout onTimeout) const;

  // ---- firing: once, by the code that has the result ----
  //
  // Whatever can be called is called before they return. The second time they throw
  // AlreadyCalledError. But where cancel() found no canceller, one firing is ignored after it: the
  // code that fires cannot know.

  // Makes a value of the argument; there is none if T is void.
  template <typename... Value>
  void callback(Value&&... value) const {
    static_assert(sizeof...(Value) == (std::is_void_v<T> ? 0 : 1) &&
                      std::is_constructible_v<Stored<T>, Value...>,
                  "a Deferred<T> is fired with what makes a T, or with nothing if T is void");
    toFire().template fire<Stored<T>>(std::forward<Value>(value)...);
  }

  void errback(Failure failure) const { toFire().template fire<Failure>(std::move(failure)); }

  template <std::derived_from<std::exception> Error>
  void errback(Error error) const {
    errback(Failure::of(std::move(error)));
  }

  void fire(Result<T> result) const {
    if (result.failed()) return errback(result.failure());
    callback(std::move(result).value());
  }

  // ---- control ----

  // While it is paused, its functions are not called. Each pause() needs an unpause(); one too many
  // throws std::logic_error.
  void pause() const { state().pause(); }
  void unpause() const { state().unpause(); }

  // Calls the canceller, if the Deferred has not fired; then fires it with a CancelledError, if the
  // canceller did not. If it waits for another Deferred, cancels that one. Else does nothing; so
  // does a list that has fired, even if it waits. What a canceller throws comes out here.
  void cancel() const { state().cancel(); }

  // The error that would be reported as unhandled if this were the last handle, and it went now.
  // From here on it counts as handled.
  std::optional<Failure> takeUnhandledError() const {
    if (state().running || !std::exchange(state_->hasUnhandledError, false)) return std::nullopt;
    return state_->result.template get<Failure>();
  }

 private:
  friend detail::Access;

  explicit Deferred(detail::Ref<detail::State> state) : state_(std::move(state)) {}

  // These two are asked before a function is added. If it does not fit, the compiler says why, and
  // does not try to go on.

  template <typename Callback>
  static constexpr bool takesValue() {
    constexpr bool kTakes = detail::TakesValue<Callback, T>();
    static_assert(kTakes, "a callback of a Deferred<T> must take a T, or nothing if T is void");
    return kTakes;
  }

  template <typename Errback, typename U>
  static constexpr bool errbackFits() {
    constexpr bool kTakes = std::is_invocable_v<Errback&, Failure>;
    static_assert(kTakes, "an errback must take a Failure");
    if constexpr (kTakes) {
      constexpr bool kFits = detail::kFits<std::invoke_result_t<Errback&, Failure>, U>;
      static_assert(kFits,
                    "what an errback returns must fit the chain: it takes the place of the value");
      return kFits;
    }
    return false;
  }

  template <typename Callback>
  using ValueBehind = detail::ValueBehind<typename detail::OnValue<Callback, T>::type>;

  template <typename U, typename Link, typename... Functions>
  Deferred<U> add(Functions&&... functions);

  detail::State& state() const {
    if (!state_)
      throw SpentHandleError("this handle is empty: it was moved, or a coroutine took it");
    return *state_;
  }

  detail::State& toFire() const {
    if (state().typeIn == detail::typeOf<T>() || state().fired) return *state_;
    throw SpentHandleError(
        "this handle is for what comes out, not for what goes in: fire the first");
  }

  detail::Ref<detail::State> state_;
};

template <typename T>
template <typename U, typename Link, typename... Functions>
Deferred<U> Deferred<T>::add(Functions&&... functions) {
  detail::Ref<detail::State> state = std::move(detail::Access::stateToAddTo(*this));
  state->add<Link>(detail::typeOf<U>(), std::forward<Functions>(functions)...);
  return detail::Access::make<U>(std::move(state));
}

template <typename T>
Deferred<T> Deferred<T>::chainDeferred(Deferred other) const {
  return Deferred(*this).template add<T, detail::ChainTo<T>>(std::move(other));
}

template <typename T>
template <typename Clock>
Deferred<T> Deferred<T>::addTimeout(std::chrono::nanoseconds limit, Clock& clock) const {
  return addTimeout(limit, clock, [limit](Result<T> result) {
    if (!result.template check<CancelledError>()) return result;
    return Result<T>(Failure::of(TimeoutError(limit)));
  });
}

template <typename T>
template <typename Clock, typename OnTimeout>
Deferred<T> Deferred<T>::addTimeout(std::chrono::nanoseconds limit, Clock& clock,
                                    OnTimeout onTimeout) const {
  static_assert(std::is_invocable_v<OnTimeout&, Result<T>>, "onTimeout must take a Result<T>");
  static_assert(detail::kFits<std::invoke_result_t<OnTimeout&, Result<T>>, T>,
                "what onTimeout returns must fit the chain: it takes the place of the value");
  detail::Access::stateToAddTo(*this);  // if it is spent, say so before the timer runs
  const auto over = std::make_shared<bool>(false);
  auto timer = clock.callLater(limit, [over, self = *this] {
    *over = true;
    self.cancel();
  });
  return Deferred(*this)
      .template add<T, detail::TimeLimit<T, OnTimeout>>(over, std::move(onTimeout))
      .template add<T, detail::StopTimer<decltype(timer)>>(std::move(timer));
}

// ---- Deferreds of what is there already ---------------------------------------------------------

inline Deferred<void> succeed(SourceLocation where = SourceLocation::current()) {
  Deferred<void> deferred(where);
  deferred.callback();
  return deferred;
}

template <typename T>
Deferred<std::decay_t<T>> succeed(T&& value, SourceLocation where = SourceLocation::current()) {
  Deferred<std::decay_t<T>> deferred(where);
  deferred.callback(std::forward<T>(value));
  return deferred;
}

template <typename T>
Deferred<T> fail(Failure failure, SourceLocation where = SourceLocation::current()) {
  Deferred<T> deferred(where);
  deferred.errback(std::move(failure));
  return deferred;
}

template <typename T, std::derived_from<std::exception> Error>
Deferred<T> fail(Error error, SourceLocation where = SourceLocation::current()) {
  return fail<T>(Failure::of(std::move(error)), where);
}

// Calls a function that may return a value, or nothing, or a Result, or throw: a Deferred that has
// fired with that. (Only a function without arguments can be told apart from `where`: the
// Deferred of another one does not know where it was made.)
template <typename Function>
auto execute(Function&& function, SourceLocation where = SourceLocation::current()) {
  return succeed(where).addCallback([&] { return std::invoke(std::forward<Function>(function)); });
}

template <typename Function, typename First, typename... More>
auto execute(Function&& function, First&& first, More&&... more) {
  const auto call = [&] {
    return std::invoke(std::forward<Function>(function), std::forward<First>(first),
                       std::forward<More>(more)...);
  };
  return execute(call, SourceLocation());
}

// The same for a function that may also return a Deferred: then it is that very one.
template <typename Function>
auto maybeDeferred(Function&& function, SourceLocation where = SourceLocation::current()) {
  using R = std::invoke_result_t<Function>;
  if constexpr (!detail::kIsDeferred<R>) {
    return execute(std::forward<Function>(function), where);
  } else {
    try {
      return Deferred<detail::ValueBehind<R>>(std::invoke(std::forward<Function>(function)));
    } catch (...) {
      return fail<detail::ValueBehind<R>>(Failure::current(), where);
    }
  }
}

template <typename Function, typename First, typename... More>
auto maybeDeferred(Function&& function, First&& first, More&&... more) {
  const auto call = [&] {
    return std::invoke(std::forward<Function>(function), std::forward<First>(first),
                       std::forward<More>(more)...);
  };
  return maybeDeferred(call, SourceLocation());
}

}  // namespace poetry
