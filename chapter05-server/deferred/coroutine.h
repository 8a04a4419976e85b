#pragma once

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "deferred/deferred.h"

// Lets a function that returns a Deferred<T> be a coroutine:
//
//   Deferred<std::string> getTwoPoems(...) {
//     const std::string first = co_await getPoetry(...);  // the value; or throws the error
//     co_return first + co_await getPoetry(...);          // fires the Deferred
//   }
//
// It runs at once, until it has to wait. What it waits for owns it: if that fires, the coroutine
// goes on, within that call; if that goes away unfired, the coroutine is destroyed, with all that
// it holds. (If it held a handle of what it waits for, both would live forever. So co_await takes
// the handle that it is given.) Cancelling its Deferred cancels what it waits for: it sees a
// CancelledError come out of co_await, and may catch it. After Twisted's coroutines.

namespace poetry::detail {

template <typename T>
class CoroutinePromise;

// What a coroutine's Deferred is fired with to cancel it: its first link knows what to do.
template <typename T>
struct CancelRequest {
  explicit CancelRequest(CoroutinePromise<T>* toCancel) : promise(toCancel) {}
  CoroutinePromise<T>* promise;
};

// The first link in the chain of a coroutine's Deferred. If that is cancelled, the coroutine still
// has to end, in its own way and time; so the chain waits for another Deferred, for that end.
template <typename T>
struct CancelLink final : Link {
  static constexpr bool kTrivial = true;

  Ref<State> run(State& deferred) override {
    if (!deferred.result.isA<CancelRequest<T>>()) return {};
    auto cancel = [promise = deferred.result.get<CancelRequest<T>>().promise] {
      return promise->cancelAwaited();
    };
    call<T>(deferred, cancel);
    return {};
  }
};

// What every coroutine's promise has; a promise, in the words of C++, is what the compiler keeps in
// the coroutine's frame, next to its variables, and asks what to do.
template <typename T>
class CoroutinePromiseOf {
 public:
  ~CoroutinePromiseOf() {
    if (deferred_) storeEnd(Failure::of(CancelledError()));  // before its end
  }

  Deferred<T> get_return_object(SourceLocation where = SourceLocation::current()) {
    where_ = where;
    return *(deferred_ = makeDeferred());
  }

  std::suspend_never initial_suspend() const noexcept { return {}; }

  void unhandled_exception() { result_.emplace(Failure::current()); }

  // Fires the Deferred when all that the coroutine held is gone, the coroutine included.
  auto final_suspend() noexcept {
    struct Ending {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<CoroutinePromise<T>> coroutine) const noexcept {
        CoroutinePromise<T>& promise = coroutine.promise();
        const Ref<State> state = promise.storeEnd(std::move(*promise.result_));
        coroutine.destroy();
        if (!state->fired) state->resultIsThere();
      }
      void await_resume() const noexcept {}
    };
    return Ending();
  }

  Deferred<T> cancelAwaited() {
    Deferred<T> next = makeDeferred();
    deferred_ = next;
    // Our last act: it may end the coroutine.
    if (const Ref<State> cancelled = awaited.lock()) cancelled->cancel();
    return next;
  }

  WeakRef<State> awaited;  // what the coroutine waits for

 protected:
  std::optional<Result<T>> result_;

 private:
  Deferred<T> makeDeferred() {
    const auto promise = static_cast<CoroutinePromise<T>*>(this);
    Deferred<T> deferred(
        [promise](const Deferred<T>& cancelled) {
          State& state = Access::state(cancelled);
          state.fire<CancelRequest<T>>(promise);
        },
        where_);
    State& state = Access::state(deferred);
    state.links.push<CancelLink<T>>();
    return deferred;
  }

  // From now on we cannot be cancelled, not even by a request that our Deferred has got already but
  // not looked at, because it is paused. Puts the result into it, unless it was fired otherwise.
  Ref<State> storeEnd(Result<T>&& result) noexcept {
    Ref<State> state(&Access::state(*deferred_));
    deferred_.reset();
    state->canceller = Ref<Canceller>();  // not {}: clang 14 would never destroy that
    const bool isOpen = !state->fired || state->result.template isA<CancelRequest<T>>();
    if (isOpen) setResult<T>(*state, std::move(result));
    return state;
  }

  SourceLocation where_;
  std::optional<Deferred<T>> deferred_;
};

template <typename T>
class CoroutinePromise final : public CoroutinePromiseOf<T> {
 public:
  // For co_return: a T, or a Failure.
  template <typename Value = T>
  requires std::is_constructible_v<Result<T>, Value>
  void return_value(Value&& value) { this->result_.emplace(std::forward<Value>(value)); }
};

template <>
class CoroutinePromise<void> final : public CoroutinePromiseOf<void> {
 public:
  void return_void() { result_.emplace(); }
};

// Waits for a Deferred: the object behind `co_await deferred`.
template <typename T>
class Awaiter {
 public:
  explicit Awaiter(Deferred<T> awaited) : awaited_(std::move(awaited)) {}

  bool await_ready() { return Access::stateToAddTo(awaited_)->available(); }

  template <typename U>
  void await_suspend(std::coroutine_handle<CoroutinePromise<U>> coroutine) {
    // The coroutine is about to belong to `state`. If it also owned `state`, the two would keep
    // each other forever; so it gives up the handle.
    const Ref<State> state = std::move(Access::stateToAddTo(awaited_));
    coroutine.promise().awaited = WeakRef<State>(state);
    state->add<Resume>(typeOf<T>(), coroutine, *this);  // our last act: it may resume us
  }

  T await_resume() {
    Result<T> result = resumedBy_ != nullptr ? takeResult<T>(*resumedBy_) : seen();
    if constexpr (std::is_void_v<T>) {
      result.value();
    } else {
      return std::move(result).value();
    }
  }

 private:
  // The link that resumes the coroutine, or destroys it.
  struct Resume final : Link {
    Resume(std::coroutine_handle<> suspended, Awaiter& inIt)
        : coroutine(suspended), awaiter(inIt) {}
    ~Resume() override {
      if (coroutine) coroutine.destroy();
    }

    Ref<State> run(State& deferred) override {
      awaiter.resumedBy_ = &deferred;
      std::exchange(coroutine, nullptr).resume();
      return {};
    }

    std::coroutine_handle<> coroutine;
    Awaiter& awaiter;
  };

  // A result that is there is taken without waiting, and stays where it is.
  Result<T> seen() {
    State& state = Access::state(awaited_);
    state.hasUnhandledError = false;
    return peek<T>(state);
  }

  Deferred<T> awaited_;         // until we wait
  State* resumedBy_ = nullptr;  // valid while the coroutine takes the result
};

}  // namespace poetry::detail

namespace poetry {

// Takes the handle: co_await getPoem(), or co_await std::move(poem). If you need it afterwards,
// wait with a copy, co_await Deferred(poem); then keep yours outside of the coroutine, see above.
template <typename T>
detail::Awaiter<T> operator co_await(Deferred<T>&& deferred) {
  return detail::Awaiter<T>(std::move(deferred));
}
template <typename T>
void operator co_await(const Deferred<T>& write_co_await_std_move) = delete;

}  // namespace poetry

template <typename T, typename... Arguments>
struct std::coroutine_traits<poetry::Deferred<T>, Arguments...> {
  using promise_type = poetry::detail::CoroutinePromise<T>;
};
