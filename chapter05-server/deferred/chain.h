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
// another handle have made a result of another type. (Or the handle was moved from.)
struct SpentHandleError : std::logic_error {
  using std::logic_error::logic_error;
};

// The result was taken already, and there is no empty value of its type to put in its place.
struct ResultTakenError : std::logic_error {
  ResultTakenError() : std::logic_error("the result of this Deferred was taken") {}
};

// ---- what a Deferred does, whatever its types ---------------------------------------------------

namespace detail {

struct State;

// Ends what a Deferred waits for.
struct Canceller : Counted<Canceller> {
  virtual ~Canceller() = default;
  virtual void cancel(const Ref<State>& x) = 0;
  void dispose() noexcept {}  // what it holds goes with it
};

// What all handles of one Deferred share. Handles own it. So does a Deferred that it waits for,
// because that has to hand over its result; but not the other way round: one that waits can do
// nothing for the one that it waits for. Otherwise two that only know each other would live
// forever.
struct State : Counted<State> {
  State(const Type* type, SourceLocation where) : firstType(type), lastType(type), made(where) {}

  template <typename Value, typename... Arguments>
  void fire(Arguments&&... arguments);
  void start();
  void process();
  void pause() { ++holds; }
  void unpause();
  void cancel();

  // Is there a result that may be taken at once?
  bool available(const Type* type) const {
    return fired && !running && holds == 0 && (result.holds(type) || result.holds<Failure>());
  }

  Ref<State> runLinks();
  void waitFor(const Ref<State>& giver);
  void stopWaiting();
  void cancelUnfired();
  void dispose() noexcept;

  bool fired = false;
  bool running = false;      // one of its links is at work
  bool waiting = false;      // for a Deferred that a callback has returned
  bool ignoreNext = false;   // it was cancelled, and the code that will fire it does not know
  bool reports = false;      // it has an error that was not handled so far
  bool isList = false;       // it is cancelled by cancelling its members, while it has not fired
  std::uint32_t holds = 0;   // pauses in force, and one more while it waits
  Slot result;               // empty until it fires
  LinkQueue links;           // what is still to be done with the result
  Ref<Canceller> canceller;  // until it fires
  WeakRef<State> waitingFor;
  const Type* firstType;  // of what it is fired with
  const Type* lastType;   // of what comes out of the last link
  SourceLocation made;
};

template <typename Value, typename... Arguments>
void State::fire(Arguments&&... arguments) {
  if (fired) {
    if (!std::exchange(ignoreNext, false)) throw AlreadyCalledError();
    return;
  }
  result.emplace<Value>(std::forward<Arguments>(arguments)...);
  start();
}

// The result is there.
inline void State::start() {
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
  std::vector<Ref<State>> givers;
  for (Ref<State> x(this); x->holds == 0;) {
    Ref<State> receiver = x->runLinks();
    // The function that made it wait fired us while it was destroyed: it goes on when that is done.
    if (receiver && receiver->running) continue;
    if (receiver) {
      // A giver that has nothing left to do need not be kept, if none waits below it.
      if (!givers.empty() || x->links.front() != nullptr) givers.push_back(std::move(x));
      x = std::move(receiver);
    } else {
      if (givers.empty()) return;
      x = std::move(givers.back());
      givers.pop_back();
    }
  }
}

// Runs them until there are no more, or one makes us wait, or hands our result over; returns to
// whom. A pause from within does not stop what is queued already.
inline Ref<State> State::runLinks() {
  for (Link* link = links.front(); link != nullptr;) {
    running = true;
    Ref<State> receiver = link->run(*this);
    link = links.pop(link);
    running = false;
    if (receiver || waiting) return receiver;
  }
  reports = result.holds<Failure>() && !result.get<Failure>().check<ResultTakenError>();
  return {};
}

inline void State::unpause() {
  if (holds == (waiting ? 1U : 0U)) throw std::logic_error("unpause without a pause");
  --holds;
  if (fired) process();
}

inline void State::waitFor(const Ref<State>& giver) {
  waitingFor = WeakRef<State>(giver);
  waiting = true;
  reports = false;
  ++holds;
}

inline void State::stopWaiting() {
  waitingFor = {};
  waiting = false;
  --holds;
}

// Goes to the innermost one that is waited for. In a loop: there may be a million of them.
inline void State::cancel() {
  Ref<State> x(this);
  while (x->waiting && !x->isList) {
    Ref<State> inner = x->waitingFor.lock();
    if (!inner) {  // nothing is left that could have fired it
      x->stopWaiting();
      x->result.emplace<Failure>(Failure::of(CancelledError()));
      return x->process();
    }
    x = std::move(inner);
  }
  if (!x->fired) x->cancelUnfired();
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
  if (reports) reportUnhandledError(result.get<Failure>(), made);
  links.clear();
  result.clear();
  canceller = {};
  waitingFor = {};
}

}  // namespace detail
}  // namespace poetry
