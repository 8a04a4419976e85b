#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "deferred/memory/counted.h"
#include "deferred/memory/link_queue.h"
#include "deferred/memory/slot.h"
#include "deferred/unhandled_error.h"
#include "reactor/failure.h"

namespace poetry {

// ---- errors -------------------------------------------------------------------------------------

// A Deferred was fired a second time.
struct AlreadyCalledError : std::logic_error {
  AlreadyCalledError() : std::logic_error("this Deferred has fired already") {}
};

// The result of a Deferred that was cancelled.
struct CancelledError : std::runtime_error {
  CancelledError() : std::runtime_error("cancelled") {}
};

// The result of a Deferred that addTimeout cancelled.
struct TimeoutError : std::runtime_error {
  explicit TimeoutError(std::chrono::nanoseconds over)
      : std::runtime_error("no result within " + inSeconds(over)), limit(over) {}

  static std::string inSeconds(std::chrono::nanoseconds time) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", std::chrono::duration<double>(time).count());
    return text;
  }

  std::chrono::nanoseconds limit;
};

// A handle was used whose Deferred has gone on without it: callbacks that were added through
// another handle have made a result of another type. (Or it was moved, or a coroutine took it.)
struct SpentHandleError : std::logic_error {
  using std::logic_error::logic_error;
};

// A function wants a result that was taken already, and there is no empty value of its type.
struct ResultTakenError : std::logic_error {
  ResultTakenError() : std::logic_error("the result of this Deferred was taken") {}
};

// ---- what a Deferred does, whatever its types ---------------------------------------------------

namespace detail {

struct State;

// One link of a chain: what a Deferred has to do next, with its result.
struct Link {
  virtual ~Link() = default;

  // Takes the result of `deferred` and leaves another one. Returns the Deferred whose turn it is
  // now, if this link has handed the result over to one; else null. Throws nothing.
  virtual Ref<State> run(State& deferred) = 0;

  static constexpr bool kTrivial = false;  // true: the destructor does nothing
};

// Ends what a Deferred waits for.
struct Canceller : Counted<Canceller> {
  virtual ~Canceller() = default;
  virtual void cancel(const Ref<State>& deferred) = 0;
  void dispose() noexcept {}  // what it holds goes with it
};

// What all handles of one Deferred share. Handles own it. So does a Deferred that it waits for,
// because that has to hand over its result; but not the other way round: one that waits can do
// nothing for the one that it waits for. Otherwise two that only know each other would live
// forever.
struct State : Counted<State> {
  State(const Type* type, SourceLocation where) : typeIn(type), typeOut(type), madeAt(where) {}

  template <typename Value, typename... Arguments>
  void fire(Arguments&&... arguments);
  void resultIsThere();
  void process();
  void pause() { ++pauses; }
  void unpause();
  void cancel();

  // Is there a result that may be taken at once, of the type that comes out of the last link?
  bool available() const {
    const bool fits = result.isEmpty() || result.isA(typeOut) || result.isA<Failure>();
    return fired && !running && pauses == 0 && fits;
  }

  template <typename L, typename... Arguments>
  void add(const Type* out, Arguments&&... arguments);
  Ref<State> runLinks();
  void waitFor(const Ref<State>& giver);
  void handOver(State& waiter) noexcept;
  void startWaiting(const Ref<State>& giver);
  void stopWaiting();
  void cancelUnfired();
  void dispose() noexcept;

  // How far it is. None of these follows from the others: one that has fired may be paused or not,
  // and one that is paused from within runs on.
  bool fired = false;
  bool running = false;      // one of its links is at work
  bool waiting = false;      // for a Deferred that a callback has returned
  std::uint32_t pauses = 0;  // pauses in force, and one more while it waits

  // How it is cancelled.
  bool isList = false;      // by cancelling its members, while it has not fired
  bool ignoreNext = false;  // it was, and the code that will fire it does not know

  bool hasUnhandledError = false;  // it has an error that was not handled so far

  Slot result;               // empty until it fires, and when it was taken away
  LinkQueue<Link> links;     // what is still to be done with the result
  Ref<Canceller> canceller;  // until it fires
  WeakRef<State> waitingFor;
  const Type* typeIn;   // of what it is fired with
  const Type* typeOut;  // of what comes out of the last link
  SourceLocation madeAt;
};

// The last link of a chain that another Deferred waits for.
struct HandOver final : Link {
  explicit HandOver(State& waiting) : waiter(&waiting) {}

  Ref<State> run(State& giver) override {
    giver.handOver(*waiter);
    waiter->stopWaiting();
    return std::move(waiter);
  }

  Ref<State> waiter;
};

template <typename Value, typename... Arguments>
void State::fire(Arguments&&... arguments) {
  if (fired) {
    if (!std::exchange(ignoreNext, false)) throw AlreadyCalledError();
    return;
  }
  result.emplace<Value>(std::forward<Arguments>(arguments)...);
  resultIsThere();
}

// Adds a link to the end. If the result is there, the chain runs on at once.
template <typename L, typename... Arguments>
void State::add(const Type* out, Arguments&&... arguments) {
  links.push<L>(std::forward<Arguments>(arguments)...);
  typeOut = out;
  if (fired) process();
}

// The result is there.
inline void State::resultIsThere() {
  const Ref<State> self(this);
  fired = true;
  canceller = {};
  process();
}

// Runs the links. One that waits for us and gets our result goes on at once, and we after it, if we
// have links after the one that handed it over: so there may be many under way, but not one inside
// another's call.
inline void State::process() {
  if (running) return;  // the call that runs our links will come to the new ones, too
  // Those that handed over and have links left.
  std::vector<Ref<State>> stack;
  for (Ref<State> top(this); top->pauses == 0;) {
    Ref<State> waiter = top->runLinks();
    // The function that made it wait fired us while it was destroyed: it goes on when that is done.
    if (waiter && waiter->running) continue;
    if (waiter) {
      // A giver that has nothing left to do need not be kept, if none waits below it.
      if (!stack.empty() || top->links.front()) stack.push_back(std::move(top));
      top = std::move(waiter);
    } else {
      if (stack.empty()) return;
      top = std::move(stack.back());
      stack.pop_back();
    }
  }
}

// Runs them until there are no more, or one makes us wait, or hands our result over; returns to
// whom. A pause from within does not stop what is queued already.
inline Ref<State> State::runLinks() {
  for (LinkQueue<Link>::Place link = links.front(); link;) {
    running = true;
    Ref<State> waiter = link->run(*this);
    link = links.pop(link);
    running = false;
    if (waiter || waiting) return waiter;
  }
  hasUnhandledError = result.isA<Failure>();
  return {};
}

// A function has returned a Deferred: its result is ours, now or when it is there.
inline void State::waitFor(const Ref<State>& giver) {
  if (&*giver == this) throw std::logic_error("a Deferred cannot wait for itself");
  result.clear();  // it may own `giver`, which is about to own us
  if (giver->available()) return giver->handOver(*this);
  giver->links.push<HandOver>(*this);
  startWaiting(giver);
}

// Our result goes to `waiter`, and we are left with nothing. If it cannot be moved, what that
// throws goes there in its place: so no chain gets stuck in the middle.
inline void State::handOver(State& waiter) noexcept {
  try {
    waiter.result.takeFrom(result);
  } catch (...) {
    waiter.result.emplace<Failure>(Failure::current());
    result.clear();
  }
  hasUnhandledError = false;
}

inline void State::unpause() {
  if (pauses == (waiting ? 1U : 0U)) throw std::logic_error("unpause without a pause");
  --pauses;
  if (fired) process();
}

inline void State::startWaiting(const Ref<State>& giver) {
  waitingFor = WeakRef<State>(giver);
  waiting = true;
  hasUnhandledError = false;
  ++pauses;
}

inline void State::stopWaiting() {
  waitingFor = {};
  waiting = false;
  --pauses;
}

// Goes to the innermost one that is waited for. In a loop: there may be a million of them.
inline void State::cancel() {
  Ref<State> innermost(this);
  while (innermost->waiting && !innermost->isList) {
    Ref<State> inner = innermost->waitingFor.lock();
    if (!inner) {  // nothing is left that could have fired it
      innermost->stopWaiting();
      innermost->result.emplace<Failure>(Failure::of(CancelledError()));
      return innermost->process();
    }
    innermost = std::move(inner);
  }
  if (!innermost->fired) innermost->cancelUnfired();
}

inline void State::cancelUnfired() {
  const Ref<Canceller> kept = canceller;  // even if it fires us
  if (kept) {
    kept->cancel(Ref<State>(this));
  } else {
    ignoreNext = true;
  }
  if (!fired && !isList) fire<Failure>(Failure::of(CancelledError()));
}

inline void State::dispose() noexcept {
  if (hasUnhandledError) reportUnhandledError(result.get<Failure>(), madeAt);
  links.clear();
  result.clear();
  canceller = {};
  waitingFor = {};
}

}  // namespace detail
}  // namespace poetry
