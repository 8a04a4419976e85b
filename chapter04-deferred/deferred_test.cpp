#include "deferred.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "testing/deferred_results.h"

namespace poetry::testing {
namespace {

using Boom = std::runtime_error;

// No value of it comes from nothing.
struct Stamped {
  explicit Stamped(int number) : stamp(number) {}
  int stamp;
};

// ---- firing -------------------------------------------------------------------------------------

using Firing = DeferredTest;

TEST_F(Firing, CallsTheCallbackWithTheValue) {
  const Deferred<int> d;
  int seen = 0;
  d.addCallback([&](int value) { seen = value; });
  EXPECT_EQ(seen, 0);
  d.callback(7);
  EXPECT_EQ(seen, 7);
}

TEST_F(Firing, CallsTheErrbackWithTheFailure) {
  const Deferred<int> d;
  std::string seen;
  d.addErrback([&](const Failure& failure) {
    seen = failure.message();
    return 0;
  });
  d.errback(Boom("boom"));
  EXPECT_EQ(seen, "boom");
}

TEST_F(Firing, CallsNoErrbackForAValue) {
  const Deferred<int> d;
  d.addErrback([&](const Failure&) { return -1; });
  d.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Firing, CallsNoCallbackForAnError) {
  const Deferred<int> d;
  d.addCallback([&](int value) {
    seen_.push_back("callback");
    return value;
  });
  d.errback(Boom("boom"));
  EXPECT_EQ(errorOf(d), "boom");
  EXPECT_EQ(seen_, Seen());
}

TEST_F(Firing, CallsAtOnceWhatIsAddedLater) {
  const Deferred<int> d;
  d.callback(7);
  int seen = 0;
  d.addCallback([&](int value) { seen = value; });
  EXPECT_EQ(seen, 7);
}

TEST_F(Firing, ThrowsTheSecondTime) {
  const Deferred<int> value;
  value.callback(1);
  EXPECT_THROW(value.callback(2), AlreadyCalledError);
  EXPECT_THROW(value.errback(Boom("boom")), AlreadyCalledError);
  EXPECT_EQ(valueOf(value), 1);

  const Deferred<int> error;
  error.errback(Boom("boom"));
  EXPECT_THROW(error.callback(2), AlreadyCalledError);
  EXPECT_THROW(error.errback(Boom("again")), AlreadyCalledError);
  EXPECT_EQ(errorOf(error), "boom");
}

TEST_F(Firing, ThrowsTheSecondTimeAlsoFromWithin) {
  const Deferred<void> d;
  d.addCallback([&] { d.callback(); });
  d.callback();
  EXPECT_TRUE(failureOf(d).check<AlreadyCalledError>());
}

TEST_F(Firing, MakesTheValueOfItsArguments) {
  const Deferred<std::string> d;
  d.callback(3U, 'x');
  EXPECT_EQ(valueOf(d), "xxx");
}

TEST_F(Firing, TakesAResult) {
  const Deferred<int> value;
  value.fire(Result<int>(7));
  EXPECT_EQ(valueOf(value), 7);
  const Deferred<int> error;
  error.fire(Failure::of(Boom("boom")));
  EXPECT_EQ(errorOf(error), "boom");
}

TEST_F(Firing, MeansNothingIfTheValueCanNotBeMade) {
  struct Picky {
    explicit Picky(int number) : held(number > 0 ? number : throw Boom("too small")) {}
    int held;
  };
  const Deferred<Picky> d;
  EXPECT_THROW(d.callback(0), Boom);
  d.callback(1);
  EXPECT_EQ(valueOf(d).held, 1);
}

TEST_F(Firing, OfAnyHandleIsFiringOfAll) {
  const Deferred<int> d;
  const Deferred<int> copy = d;  // NOLINT(performance-unnecessary-copy-initialization)
  int seen = 0;
  copy.addCallback([&](int value) { seen = value; });
  d.callback(7);
  EXPECT_EQ(seen, 7);
  EXPECT_THROW(copy.callback(8), AlreadyCalledError);
}

TEST_F(Firing, RunsTheCallbacksOfAnotherDeferredInside) {
  const Deferred<void> outer, inner;
  inner.addCallback(note("inner"));
  outer.addCallback([&] {
    seen_.push_back("before");
    inner.callback();
    seen_.push_back("after");
  });
  outer.addCallback(note("outer"));
  outer.callback();
  EXPECT_EQ(seen_, (Seen{"before", "inner", "after", "outer"}));
}

TEST_F(Firing, GoesOnWhenACallbackDropsTheLastHandle) {
  std::optional<Deferred<void>> d(std::in_place);
  d->addCallback([&] { d.reset(); });
  d->addCallback(note("next"));
  d->callback();
  EXPECT_EQ(seen_, Seen{"next"});
}

TEST_F(Firing, GoesOnWhenTheCancellerHeldTheLastHandle) {
  auto last = std::make_shared<std::optional<Deferred<void>>>();
  *last = Deferred<void>([last] {});
  (*last)->addCallback(note("called"));
  const Deferred<void>& d = **last;
  const std::weak_ptr<void> held = std::exchange(last, nullptr);
  d.callback();
  EXPECT_TRUE(held.expired());
  EXPECT_EQ(seen_, Seen{"called"});
}

// ---- chains -------------------------------------------------------------------------------------

using Chain = DeferredTest;

TEST_F(Chain, PassesOnWhatACallbackReturns) {
  const Deferred<int> d = succeed(1);
  d.addCallback([](int value) { return value + 1; });
  d.addCallback([](int value) { return value * 10; });
  EXPECT_EQ(valueOf(d), 20);
}

TEST_F(Chain, GoesToTheNextErrbackWhenACallbackThrows) {
  const Deferred<int> d = succeed(1);
  d.addCallback([](int) -> int { throw Boom("boom"); });
  d.addCallback([](int value) { return value + 1; });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(Chain, GoesToTheNextCallbackWhenAnErrbackReturns) {
  const Deferred<int> d = fail<int>(Boom("boom"));
  d.addErrback([](const Failure&) { return 5; });
  d.addErrback([](const Failure&) { return 6; });
  d.addCallback([](int value) { return value + 1; });
  EXPECT_EQ(valueOf(d), 6);
}

TEST_F(Chain, StaysInErrorWhenAnErrbackReturnsTheFailure) {
  const Deferred<int> d = fail<int>(Boom("boom"));
  d.addErrback([](const Failure& failure) { return failure; });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(Chain, StaysInErrorWhenAnErrbackThrows) {
  const Deferred<int> d = fail<int>(Boom("boom"));
  d.addErrback([](const Failure& failure) -> int {
    failure.trap<std::logic_error>();
    return 0;
  });
  const Failure failure = failureOf(d);
  EXPECT_TRUE(failure.check<Boom>());
  EXPECT_EQ(failure.message(), "boom");
}

TEST_F(Chain, OfMixedFunctionsHopsFromSideToSide) {
  const Deferred<void> d;
  d.addCallback([&] {
    seen_.push_back("c1");
    throw Boom("boom");
  });
  d.addCallback(note("c2"));
  d.addErrback([&](const Failure&) { seen_.push_back("e3"); });
  d.addErrback([&](const Failure&) { seen_.push_back("e4"); });
  d.addCallback(note("c5"));
  d.callback();
  EXPECT_EQ(seen_, (Seen{"c1", "e3", "c5"}));
}

TEST_F(Chain, OfAPairCallsOneOfTheTwo) {
  for (const bool failing : {false, true}) {
    const Deferred<int> d = failing ? fail<int>(Boom("boom")) : succeed(1);
    d.addCallbacks([](int value) { return value + 1; }, [](const Failure&) { return -1; });
    EXPECT_EQ(valueOf(d), failing ? -1 : 2);
  }
}

TEST_F(Chain, OfAPairKeepsTheCallbacksErrorFromItsOwnErrback) {
  const Deferred<int> d = succeed(1);
  d.addCallbacks([](int) -> int { throw Boom("boom"); },
                 [&](const Failure&) {
                   seen_.push_back("same pair");
                   return -1;
                 });
  d.addErrback([](const Failure&) { return -2; });
  EXPECT_EQ(valueOf(d), -2);
  EXPECT_EQ(seen_, Seen());
}

TEST_F(Chain, OfAPairMayChangeTheType) {
  const auto say = [](const Deferred<int>& d) {
    return valueOf(d.addCallbacks([](int value) { return std::to_string(value); },
                                  [](const Failure& failure) { return failure.message(); }));
  };
  EXPECT_EQ(say(succeed(7)), "7");
  EXPECT_EQ(say(fail<int>(Boom("boom"))), "boom");
}

TEST_F(Chain, CallsBothWithTheResult) {
  const auto say = [](const Deferred<int>& d) {
    return valueOf(d.addBoth([](const Result<int>& result) {
      return result.failed() ? result.failure().message() : std::to_string(result.value());
    }));
  };
  EXPECT_EQ(say(succeed(7)), "7");
  EXPECT_EQ(say(fail<int>(Boom("boom"))), "boom");
}

TEST_F(Chain, TakesAResultFromAnyFunction) {
  const auto check = [](int value) {
    return value < 10 ? Result<int>(value) : Failure::of(Boom("too large"));
  };
  EXPECT_EQ(valueOf(succeed(7).addCallback(check)), 7);
  EXPECT_EQ(errorOf(succeed(70).addCallback(check)), "too large");
  const auto recover = [&](const Failure&) { return check(9); };
  EXPECT_EQ(valueOf(fail<int>(Boom("boom")).addErrback(recover)), 9);
  EXPECT_EQ(errorOf(succeed(1).addBoth([&](const Result<int>&) { return check(10); })),
            "too large");
}

TEST_F(Chain, ConvertsWhatAnErrbackReturns) {
  const auto d = fail<std::string>(Boom("boom"));
  d.addErrback([](const Failure&) { return "a literal"; });
  EXPECT_EQ(valueOf(d), "a literal");
}

TEST_F(Chain, OfVoidCallsItsCallbacksWithNothing) {
  const Deferred<void> d;
  d.addCallback(note("callback"));
  d.addErrback([](const Failure&) {});
  d.addCallbacks(note("pair"), [](const Failure&) {});
  d.addBoth([&](const Result<void>& result) { seen_.push_back(result.failed() ? "bad" : "good"); });
  d.callback();
  EXPECT_EQ(seen_, (Seen{"callback", "pair", "good"}));
}

TEST_F(Chain, OfVoidFailsAndRecovers) {
  const Deferred<void> d;
  d.addErrback([&](const Failure& failure) { seen_.push_back(failure.message()); });
  d.addCallback(note("recovered"));
  d.errback(Boom("boom"));
  EXPECT_EQ(seen_, (Seen{"boom", "recovered"}));
}

TEST_F(Chain, PassesAMoveOnlyValueThroughEveryKindOfLink) {
  using OwnedInt = std::unique_ptr<int>;
  const Deferred<OwnedInt> d;
  d.addCallback([](OwnedInt value) { return value; });
  d.addErrback([](const Failure&) { return OwnedInt(); });
  d.addCallbacks([](OwnedInt value) { return value; }, [](const Failure&) { return nullptr; });
  d.addBoth([](Result<OwnedInt> result) { return result; });
  d.addCallback([](OwnedInt value) { return succeed(std::move(value)); });
  d.callback(std::make_unique<int>(7));
  EXPECT_EQ(*valueOf(d), 7);
}

TEST_F(Chain, HasFunctionsThatOwnSomething) {
  struct OnlyMoved {
    OnlyMoved() = default;
    OnlyMoved(OnlyMoved&&) = default;
    int number = 7;
  };
  const Deferred<int> d = succeed(1);
  d.addCallback([owned = OnlyMoved()](int value) { return value + owned.number; });
  d.addBoth([owned = OnlyMoved()](Result<int> result) { return result.value() + owned.number; });
  d.addCallbacks([owned = OnlyMoved()](int value) { return value + owned.number; },
                 [owned = OnlyMoved()](const Failure&) { return owned.number; });
  EXPECT_EQ(valueOf(d), 22);
}

TEST_F(Chain, LetsFunctionsTakeTheValueAsTheyLike) {
  const auto d = succeed(std::string("a"));
  d.addCallback([](const std::string& value) { return value + "b"; });
  d.addCallback([](std::string&& value) { return std::move(value) + "c"; });
  d.addCallback([](auto value) { return value + "d"; });
  EXPECT_EQ(valueOf(d.addCallback(&std::string::size)), 4U);
}

TEST_F(Chain, KeepsItsOwnCopyOfWhatACallbackReturnsByReference) {
  std::string variable = "here";
  const Deferred<std::string> d = succeed().addCallback([&]() -> std::string& { return variable; });
  variable = "changed";
  EXPECT_EQ(valueOf(d), "here");
}

TEST_F(Chain, CarriesWhatIsNoException) {
  const Deferred<void> d = succeed();
  d.addCallback([] { throw 42; });
  d.addErrback([&](const Failure& failure) {
    seen_.push_back(failure.message());
    EXPECT_FALSE(failure.check<std::exception>());
    return failure;
  });
  try {
    failureOf(d).raise();
  } catch (int thrown) {
    EXPECT_EQ(thrown, 42);
  }
  EXPECT_EQ(seen_, Seen{"something that is no std::exception"});
}

TEST_F(Chain, TurnsToErrorIfAReturnedValueCanNotBeMoved) {
  struct Stuck {
    Stuck() = default;
    Stuck(Stuck&&) noexcept(false) { throw Boom("stuck"); }
  };
  EXPECT_EQ(errorOf(succeed().addCallback([] { return Stuck(); }).addCallback([](const Stuck&) {})),
            "stuck");
}

// ---- a change of type ---------------------------------------------------------------------------

using ChangeOfType = DeferredTest;

TEST_F(ChangeOfType, GoesOnThroughTheHandleThatAddCallbackReturns) {
  const Deferred<int> number;
  const Deferred<std::string> text =
      number.addCallback([](int value) { return std::to_string(value); });
  const Deferred<std::size_t> size =
      text.addCallback([](const std::string& value) { return value.size(); });
  number.callback(1234);
  EXPECT_EQ(valueOf(size), 4U);
}

TEST_F(ChangeOfType, PassesAnErrorByAsItIs) {
  const auto d = fail<int>(Boom("boom")).addCallback([](int) { return std::string(); });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(ChangeOfType, SpendsTheOldHandle) {
  const Deferred<int> d;
  const auto text = d.addCallback([](int value) { return std::to_string(value); });
  EXPECT_THROW(d.addCallback([](int) {}), SpentHandleError);
  EXPECT_THROW(d.addErrback([](const Failure&) { return 0; }), SpentHandleError);
  EXPECT_THROW(d.addBoth([](const Result<int>&) {}), SpentHandleError);
  d.callback(7);
  EXPECT_THROW(d.addCallback([](int) {}), SpentHandleError);
  EXPECT_EQ(valueOf(text), "7");
}

TEST_F(ChangeOfType, LeavesTheOldHandleToFireAndToControl) {
  const Deferred<int> d;
  const auto text = d.addCallback([](int value) { return std::to_string(value); });
  d.pause();
  d.callback(7);
  d.unpause();
  d.cancel();
  EXPECT_EQ(valueOf(text), "7");
}

TEST_F(ChangeOfType, GivesNoHandleToFire) {
  const Deferred<int> d;
  const auto text = d.addCallback([](int value) { return std::to_string(value); });
  EXPECT_THROW(text.callback("seven"), SpentHandleError);
  EXPECT_THROW(text.errback(Boom("boom")), SpentHandleError);
  text.cancel();
  EXPECT_TRUE(failureOf(text).check<CancelledError>());
}

TEST_F(ChangeOfType, OfAMovedFromHandleIsAnErrorToo) {
  Deferred<int> d;
  const Deferred<int> other = std::move(d);
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move): that is what is tested.
  EXPECT_THROW(d.addCallback([](int) {}), SpentHandleError);
  EXPECT_THROW(d.callback(7), SpentHandleError);
  EXPECT_THROW(d.cancel(), SpentHandleError);
  EXPECT_THROW(d.pause(), SpentHandleError);
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  other.callback(7);
  EXPECT_EQ(valueOf(other), 7);
}

// ---- adding while it runs -----------------------------------------------------------------------

using AddingWhileItRuns = DeferredTest;

TEST_F(AddingWhileItRuns, PutsTheNewOneBehindThoseThatWait) {
  const Deferred<void> d;
  d.addCallback([&] {
    d.addCallback(note("added"));
    seen_.push_back("first");
  });
  d.addCallback(note("second"));
  d.callback();
  EXPECT_EQ(seen_, (Seen{"first", "second", "added"}));
}

TEST_F(AddingWhileItRuns, WorksForTheLastOneToo) {
  const Deferred<int> d = succeed(1);
  d.addCallback([&](int value) {
    d.addCallback([](int next) { return next + 1; });
    return value * 10;
  });
  EXPECT_EQ(valueOf(d), 11);
}

TEST_F(AddingWhileItRuns, WorksWhileACallbackIsDestroyed) {
  const Deferred<void> d;
  std::shared_ptr<void> atItsEnd(nullptr, [&](void*) { d.addCallback(note("added")); });
  d.addCallback([held = std::move(atItsEnd)] {});
  d.addCallback(note("second"));
  d.callback();
  EXPECT_EQ(seen_, (Seen{"second", "added"}));
}

// ---- callbacks that return a Deferred -----------------------------------------------------------

using Inner = DeferredTest;

TEST_F(Inner, GivesItsResultAtOnceIfItHasFired) {
  Deferred<int> inner = succeed(7);
  const Deferred<int> outer = succeed(1).addCallback([&](int) { return inner; });
  EXPECT_EQ(valueOf(outer), 7);
  EXPECT_EQ(valueOf(inner), 0);
}

TEST_F(Inner, IsWaitedForIfItHasNotFired) {
  Deferred<int> inner;
  const Deferred<int> outer = succeed(1);
  outer.addCallback([&](int) { return inner; });
  outer.addCallback([&](int value) {
    seen_.push_back("outer");
    return value + 1;
  });
  EXPECT_EQ(seen_, Seen());
  inner.callback(7);
  EXPECT_EQ(seen_, Seen{"outer"});
  EXPECT_EQ(valueOf(outer), 8);
}

TEST_F(Inner, GivesItsErrorToo) {
  Deferred<int> inner;
  const Deferred<int> outer = succeed(1).addCallback([&](int) { return inner; });
  inner.errback(Boom("boom"));
  EXPECT_EQ(errorOf(outer), "boom");
  EXPECT_EQ(valueOf(inner), 0);
}

TEST_F(Inner, GivesItsErrorAtOnceIfItHasFailed) {
  auto inner = fail<int>(Boom("boom"));
  const Deferred<int> outer = succeed(1).addCallback([&](int) { return inner; });
  EXPECT_EQ(errorOf(outer), "boom");
}

TEST_F(Inner, MayHaveAnotherType) {
  Deferred<std::string> inner;
  const Deferred<std::string> outer = succeed(1).addCallback([&](int) { return inner; });
  inner.callback("text");
  EXPECT_EQ(valueOf(outer), "text");
}

TEST_F(Inner, MayComeFromAnyKindOfFunction) {
  Deferred<int> inner;
  Deferred<int> errback = fail<int>(Boom("boom"));
  errback.addErrback([&](const Failure&) { return inner; });
  Deferred<int> both = succeed(1).addBoth([&](const Result<int>&) { return errback; });
  const Deferred<int> pair = fail<int>(Boom("boom"));
  pair.addCallbacks([](int value) { return value; }, [&](const Failure&) { return both; });
  inner.callback(7);
  EXPECT_EQ(valueOf(pair), 7);
}

TEST_F(Inner, GoesOnBehindTheOneThatWaits) {
  Deferred<int> inner;
  const Deferred<int> outer = succeed(1).addCallback([&](int) { return inner; });
  outer.addCallback([&](int value) { seen_.push_back("outer " + std::to_string(value)); });
  inner.addCallback([&](int value) { seen_.push_back("inner " + std::to_string(value)); });
  inner.callback(7);
  EXPECT_EQ(seen_, (Seen{"outer 7", "inner 0"}));
}

TEST_F(Inner, RunsFirstWhatItHadBefore) {
  Deferred<int> inner;
  inner.addCallback([&](int value) {
    seen_.push_back("inner");
    return value + 1;
  });
  const Deferred<int> outer = succeed(1).addCallback([&](int) { return inner; });
  outer.addCallback([&](int value) { seen_.push_back("outer " + std::to_string(value)); });
  inner.callback(7);
  EXPECT_EQ(seen_, (Seen{"inner", "outer 8"}));
}

TEST_F(Inner, GivesNothingToTheSecondOneThatWaits) {
  Deferred<int> inner;
  const Deferred<int> first = succeed().addCallback([&] { return inner; });
  const Deferred<int> second = succeed().addCallback([&] { return inner; });
  inner.callback(7);
  EXPECT_EQ(valueOf(first), 7);
  EXPECT_EQ(valueOf(second), 0);
}

TEST_F(Inner, GoesOnWithThreeLevelsFromTheOutsideIn) {
  Deferred<int> c;
  Deferred<int> b = succeed().addCallback([&] { return c; });
  const Deferred<int> a = succeed().addCallback([&] { return b; });
  c.addCallback([&](int value) { seen_.push_back("c " + std::to_string(value)); });
  b.addCallback([&](int value) { seen_.push_back("b " + std::to_string(value)); });
  a.addCallback([&](int value) { seen_.push_back("a " + std::to_string(value)); });
  c.callback(7);
  EXPECT_EQ(seen_, (Seen{"a 7", "b 0", "c 0"}));
}

TEST_F(Inner, IsNotRunningWhileTheOuterOneIs) {
  Deferred<void> inner;
  const Deferred<void> outer = succeed().addCallback([&] { return inner; });
  inner.addCallback(note("i1"));
  outer.addCallback([&] {
    inner.addCallback(note("i2"));
    seen_.push_back("o2");
  });
  outer.addCallback(note("o3"));
  inner.callback();
  EXPECT_EQ(seen_, (Seen{"i1", "i2", "o2", "o3"}));
}

TEST_F(Inner, IsWaitedForWhileItIsPaused) {
  Deferred<int> inner = succeed(7);
  inner.pause();
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  int seen = 0;
  outer.addCallback([&](int value) { seen = value; });
  EXPECT_EQ(seen, 0);
  inner.unpause();
  EXPECT_EQ(seen, 7);
}

TEST_F(Inner, IsWaitedForWhileItWaits) {
  Deferred<int> innermost;
  Deferred<int> inner = succeed().addCallback([&] { return innermost; });
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  innermost.callback(7);
  EXPECT_EQ(valueOf(outer), 7);
}

TEST_F(Inner, StopsIfTheOuterOneIsPausedAndGoesOnAtTheNextOccasion) {
  Deferred<void> inner;
  const Deferred<void> outer = succeed().addCallback([&] { return inner; });
  outer.addCallback(note("outer"));
  inner.addCallback(note("inner"));
  outer.pause();
  inner.callback();
  EXPECT_EQ(seen_, Seen());
  inner.addCallback(note("occasion"));
  EXPECT_EQ(seen_, (Seen{"inner", "occasion"}));
  outer.unpause();
  EXPECT_EQ(seen_, (Seen{"inner", "occasion", "outer"}));
}

TEST_F(Inner, GivesItsPresentResultThoughItHasCallbacksLeft) {
  Deferred<int> inner;
  const Deferred<int> paused = succeed().addCallback([&] { return inner; });
  inner.addCallback([](int value) { return value + 1; });
  paused.pause();
  inner.callback(7);
  const Deferred<int> next = succeed().addCallback([&] { return inner; });
  EXPECT_EQ(valueOf(next), 0);
  EXPECT_EQ(valueOf(inner), 1);
}

TEST_F(Inner, IsWaitedForWhileItsResultIsStillOfAnotherType) {
  Deferred<int> inner;
  const Deferred<int> paused = succeed().addCallback([&] { return inner; });
  auto text = inner.addCallback([](int value) { return std::to_string(value); });
  paused.pause();
  inner.callback(7);
  const Deferred<std::string> next = succeed().addCallback([&] { return text; });
  text.addCallback([](const std::string& value) { return value; });
  EXPECT_EQ(valueOf(next), "0");
}

TEST_F(Inner, IsWaitedForWhileItRuns) {
  Deferred<int> inner, outer;
  inner.addCallback([&](int value) {
    outer.addCallback([&](int) { return inner; });
    outer.callback(1);
    return value + 1;
  });
  inner.callback(7);
  EXPECT_EQ(valueOf(outer), 8);
}

TEST_F(Inner, MustNotBeTheDeferredItself) {
  Deferred<int> d;
  d.addCallback([&](int) { return d; });
  d.callback(7);
  EXPECT_TRUE(failureOf(d).check<std::logic_error>());
}

TEST_F(Inner, MustNotBeASpentHandle) {
  Deferred<int> inner;
  inner.addCallback([](int value) { return std::to_string(value); });
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  EXPECT_TRUE(failureOf(outer).check<SpentHandleError>());
}

TEST_F(Inner, DoesNotLetTheOuterOneFireAgainMeanwhile) {
  Deferred<int> inner, outer;
  outer.addCallback([&](int) { return inner; });
  outer.callback(1);
  EXPECT_THROW(outer.callback(2), AlreadyCalledError);
  inner.callback(7);
  EXPECT_EQ(valueOf(outer), 7);
}

// ---- pause --------------------------------------------------------------------------------------

using Pause = DeferredTest;

TEST_F(Pause, HoldsBackWhatIsToBeCalled) {
  const Deferred<void> d;
  d.addCallback(note("called"));
  d.pause();
  d.callback();
  d.addCallback(note("added"));
  EXPECT_EQ(seen_, Seen());
  d.unpause();
  EXPECT_EQ(seen_, (Seen{"called", "added"}));
}

TEST_F(Pause, NeedsAsManyUnpauses) {
  const Deferred<void> d = succeed();
  d.pause();
  d.pause();
  d.addCallback(note("called"));
  d.unpause();
  EXPECT_EQ(seen_, Seen());
  d.unpause();
  EXPECT_EQ(seen_, Seen{"called"});
}

TEST_F(Pause, ThatIsOverBeforeTheFiringChangesNothing) {
  const Deferred<void> d;
  d.addCallback(note("called"));
  d.pause();
  d.unpause();
  EXPECT_EQ(seen_, Seen());
  d.callback();
  EXPECT_EQ(seen_, Seen{"called"});
}

TEST_F(Pause, IsMissedByAnUnpauseTooMany) {
  const Deferred<void> d;
  EXPECT_THROW(d.unpause(), std::logic_error);
  d.pause();
  d.unpause();
  EXPECT_THROW(d.unpause(), std::logic_error);
  d.addCallback(note("called"));
  d.callback();
  EXPECT_EQ(seen_, Seen{"called"});
}

TEST_F(Pause, IsNotTheWaitForAnotherDeferred) {
  Deferred<void> inner;
  const Deferred<void> outer = succeed().addCallback([&] { return inner; });
  outer.addCallback(note("outer"));
  EXPECT_THROW(outer.unpause(), std::logic_error);
  outer.pause();
  outer.unpause();
  EXPECT_EQ(seen_, Seen());
  inner.callback();
  EXPECT_EQ(seen_, Seen{"outer"});
}

TEST_F(Pause, FromWithinHoldsBackOnlyWhatComesLater) {
  const Deferred<void> d;
  d.addCallback([&] { d.pause(); });
  d.addCallback(note("queued"));
  d.callback();
  d.addCallback(note("later"));
  EXPECT_EQ(seen_, Seen{"queued"});
  d.unpause();
  EXPECT_EQ(seen_, (Seen{"queued", "later"}));
}

TEST_F(Pause, DoesNotHideThatItHasFired) {
  const Deferred<int> d;
  d.pause();
  d.callback(1);
  EXPECT_THROW(d.callback(2), AlreadyCalledError);
}

TEST_F(Pause, OfOneThatWaitsHoldsBackWhatComesThen) {
  Deferred<int> inner;
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  int seen = 0;
  const auto after = outer.addCallback([&](int value) { seen = value; });
  outer.pause();
  inner.callback(7);
  EXPECT_EQ(seen, 0);
  after.unpause();
  EXPECT_EQ(seen, 7);
}

// ---- cancel -------------------------------------------------------------------------------------

using Cancel = DeferredTest;

TEST_F(Cancel, FiresWithACancelledError) {
  const Deferred<int> d;
  d.cancel();
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(Cancel, IgnoresOneLateFiringAndNoMore) {
  const Deferred<int> value;
  value.cancel();
  value.callback(1);
  EXPECT_THROW(value.callback(2), AlreadyCalledError);
  EXPECT_TRUE(failureOf(value).check<CancelledError>());

  const Deferred<int> error;
  error.cancel();
  error.errback(Boom("boom"));
  EXPECT_THROW(error.errback(Boom("boom")), AlreadyCalledError);
  EXPECT_TRUE(failureOf(error).check<CancelledError>());
}

TEST_F(Cancel, IgnoresNoMoreLateFiringsForASecondCancel) {
  const Deferred<int> d;
  d.addErrback([](const Failure&) { return 0; });
  d.cancel();
  d.cancel();
  d.callback(1);
  d.cancel();
  EXPECT_THROW(d.callback(2), AlreadyCalledError);
}

TEST_F(Cancel, IgnoresTheFiringFromWithinItsOwnErrback) {
  const Deferred<int> d;
  d.addErrback([&](const Failure&) {
    d.callback(1);
    return 5;
  });
  d.cancel();
  EXPECT_THROW(d.callback(2), AlreadyCalledError);
  EXPECT_EQ(valueOf(d), 5);
}

TEST_F(Cancel, CallsTheCancellerAndThenFires) {
  const Deferred<void> d([&] { seen_.push_back("canceller"); });
  d.addErrback([&](const Failure& failure) {
    EXPECT_TRUE(failure.check<CancelledError>());
    seen_.push_back("errback");
  });
  d.cancel();
  EXPECT_EQ(seen_, (Seen{"canceller", "errback"}));
}

TEST_F(Cancel, WithACancellerIgnoresNoLateFiring) {
  const Deferred<int> d([] {});
  d.cancel();
  EXPECT_THROW(d.callback(1), AlreadyCalledError);
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(Cancel, LetsTheCancellerFireAValue) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.callback(7); });
  d.cancel();
  EXPECT_THROW(d.callback(8), AlreadyCalledError);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Cancel, LetsTheCancellerFireAnError) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.errback(Boom("boom")); });
  d.cancel();
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(Cancel, LetsTheCancellerFireThoughTheTypeHasChanged) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.callback(7); });
  const auto text = d.addCallback([](int value) { return std::to_string(value); });
  text.cancel();
  EXPECT_EQ(valueOf(text), "7");
}

TEST_F(Cancel, KeepsTheCancellerWhileItIsCalled) {
  std::optional<Deferred<int>> d;
  d.emplace([&, owned = std::make_unique<int>(7)](const Deferred<int>& cancelled) {
    d.reset();
    cancelled.callback(1);
    seen_.push_back("still owns " + std::to_string(*owned));
  });
  d->cancel();
  EXPECT_EQ(seen_, Seen{"still owns 7"});
}

TEST_F(Cancel, ThrowsWhatTheCancellerThrowsAndMayBeTriedAgain) {
  int calls = 0;
  const Deferred<int> d([&] {
    if (++calls == 1) throw Boom("not now");
  });
  d.addErrback([&](const Failure&) {
    seen_.push_back("errback");
    return 0;
  });
  EXPECT_THROW(d.cancel(), Boom);
  EXPECT_EQ(seen_, Seen());
  d.cancel();
  EXPECT_EQ(seen_, Seen{"errback"});
  EXPECT_EQ(calls, 2);
}

TEST_F(Cancel, AfterACancellerThatThrewCanStillBeFired) {
  const Deferred<int> d([] { throw Boom("not now"); });
  EXPECT_THROW(d.cancel(), Boom);
  d.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Cancel, DoesNothingIfItHasFired) {
  const Deferred<int> d(note("canceller"));
  d.callback(7);
  d.cancel();
  EXPECT_EQ(seen_, Seen());
  EXPECT_THROW(d.callback(8), AlreadyCalledError);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Cancel, DoesNothingWhileItRuns) {
  const Deferred<int> d;
  d.addCallback([&](int value) {
    d.cancel();
    return value;
  });
  d.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Cancel, DoesNothingToOneThatHasFiredAndIsPaused) {
  const Deferred<int> d = succeed(7);
  d.pause();
  d.cancel();
  d.unpause();
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Cancel, DoesNothingAtTheEndOfTheCanceller) {
  std::optional<Deferred<int>> d;
  std::shared_ptr<void> atItsEnd(nullptr, [&](void*) { d->cancel(); });
  d.emplace([held = std::move(atItsEnd)] {});
  d->callback(7);
  EXPECT_EQ(valueOf(*d), 7);
}

TEST_F(Cancel, OfOneThatIsPausedIsSeenLater) {
  const Deferred<int> d;
  d.pause();
  d.cancel();
  d.callback(1);
  d.unpause();
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(Cancel, GoesToTheInnermostThatIsWaitedForAndToNoOther) {
  Deferred<int> innermost(note("innermost"));
  Deferred<int> inner(note("inner"));
  inner.addCallback([&](int) { return innermost; });
  inner.callback(1);
  const Deferred<int> outer(note("outer"));
  outer.addCallback([&](int) { return inner; });
  outer.callback(1);
  outer.cancel();
  EXPECT_EQ(seen_, Seen{"innermost"});
  EXPECT_TRUE(failureOf(outer).check<CancelledError>());
}

TEST_F(Cancel, OfOneThatWaitsMayStillGiveAValue) {
  Deferred<int> inner([](const Deferred<int>& cancelled) { cancelled.callback(7); });
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  outer.cancel();
  EXPECT_EQ(valueOf(outer), 7);
}

TEST_F(Cancel, OfOneThatWaitsLeavesTheLateFiringToTheInnerOne) {
  Deferred<int> inner;
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  outer.cancel();
  inner.callback(7);
  EXPECT_THROW(inner.callback(8), AlreadyCalledError);
  EXPECT_TRUE(failureOf(outer).check<CancelledError>());
}

TEST_F(Cancel, FiresOneThatWaitsForADeferredThatIsGone) {
  const Deferred<int> outer = succeed().addCallback([] { return Deferred<int>(); });
  outer.addErrback([](const Failure& failure) {
    failure.trap<CancelledError>();
    return -1;
  });
  outer.cancel();
  EXPECT_EQ(valueOf(outer), -1);
}

TEST_F(Cancel, MaySetFreeOneThatWaitsForTheSecondTime) {
  Deferred<int> first, second;
  const Deferred<int> outer = succeed().addCallback([&] { return first; });
  outer.addErrback([&](const Failure&) { return second; });
  outer.cancel();
  outer.cancel();
  first.callback(1);
  second.callback(2);
  EXPECT_TRUE(failureOf(outer).check<CancelledError>());
}

// ---- chainDeferred ------------------------------------------------------------------------------

using ChainDeferred = DeferredTest;

TEST_F(ChainDeferred, FiresTheOtherOneWithTheValue) {
  const Deferred<int> d, other;
  d.chainDeferred(other);
  d.callback(7);
  EXPECT_EQ(valueOf(other), 7);
  EXPECT_EQ(valueOf(d), 0);
}

TEST_F(ChainDeferred, FiresTheOtherOneWithTheError) {
  const Deferred<int> d, other;
  d.chainDeferred(other);
  d.errback(Boom("boom"));
  EXPECT_EQ(errorOf(other), "boom");
  EXPECT_EQ(valueOf(d), 0);
}

TEST_F(ChainDeferred, FailsIfTheOtherOneHasFired) {
  const Deferred<int> d;
  const Deferred<int> other = succeed(1);
  d.chainDeferred(other);
  d.callback(7);
  EXPECT_TRUE(failureOf(d).check<AlreadyCalledError>());
  EXPECT_EQ(valueOf(other), 1);
}

TEST_F(ChainDeferred, LeavesTheFirstOneAloneWhenTheOtherOneIsCancelled) {
  const Deferred<int> d, other;
  d.chainDeferred(other);
  other.cancel();
  EXPECT_TRUE(failureOf(other).check<CancelledError>());
  d.callback(7);
  EXPECT_EQ(valueOf(d), 0);
}

// ---- maybeDeferred, execute, succeed, fail ------------------------------------------------------

using MaybeDeferred = DeferredTest;

TEST_F(MaybeDeferred, WrapsAValue) {
  const Deferred<int> d = maybeDeferred([](int a, int b) { return a + b; }, 3, 4);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(MaybeDeferred, WrapsNothing) {
  const Deferred<void> d = maybeDeferred(note("called"));
  EXPECT_EQ(seen_, Seen{"called"});
  EXPECT_TRUE(resultOf(d));
}

TEST_F(MaybeDeferred, WrapsWhatIsThrown) {
  const Deferred<int> d = maybeDeferred([]() -> int { throw Boom("boom"); });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(MaybeDeferred, WrapsAResult) {
  const Deferred<int> d = maybeDeferred([] { return Result<int>(Failure::of(Boom("boom"))); });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(MaybeDeferred, ReturnsTheVeryDeferredThatItGets) {
  Deferred<int> inner;
  const Deferred<int> d = maybeDeferred([&] { return inner; });
  d.addCallback([](int value) { return value + 1; });
  inner.callback(7);
  EXPECT_EQ(valueOf(inner), 8);
}

TEST_F(MaybeDeferred, WrapsWhatIsThrownInsteadOfADeferred) {
  const Deferred<int> d = maybeDeferred([]() -> Deferred<int> { throw Boom("boom"); });
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(MaybeDeferred, HandsItsArgumentsOver) {
  const auto take = [](std::unique_ptr<int> owned) { return *owned; };
  EXPECT_EQ(valueOf(maybeDeferred(take, std::make_unique<int>(7))), 7);
  const std::string text = "four";
  EXPECT_EQ(valueOf(maybeDeferred(&std::string::size, text)), 4U);
}

using Execute = DeferredTest;

TEST_F(Execute, WrapsAValueOrWhatIsThrown) {
  EXPECT_EQ(valueOf(execute([](int a) { return a + 1; }, 6)), 7);
  EXPECT_EQ(errorOf(execute([] { throw Boom("boom"); })), "boom");
}

using SucceedAndFail = DeferredTest;

TEST_F(SucceedAndFail, HaveFired) {
  EXPECT_EQ(valueOf(succeed(std::string("here"))), "here");
  EXPECT_EQ(*valueOf(succeed(std::make_unique<int>(7))), 7);
  EXPECT_TRUE(resultOf(succeed()));
  EXPECT_EQ(errorOf(fail<int>(Boom("boom"))), "boom");
  EXPECT_EQ(errorOf(fail<void>(Failure::of(Boom("boom")))), "boom");
}

// ---- what is left where a result was taken ------------------------------------------------------

using ResultTaken = DeferredTest;

TEST_F(ResultTaken, LeavesAnEmptyValue) {
  auto text = succeed(std::string("here"));
  auto owned = succeed(std::make_unique<int>(7));
  EXPECT_EQ(valueOf(succeed().addCallback([&] { return text; })), "here");
  EXPECT_EQ(*valueOf(succeed().addCallback([&] { return owned; })), 7);
  EXPECT_EQ(valueOf(text), "");
  EXPECT_EQ(valueOf(owned), nullptr);
}

TEST_F(ResultTaken, LeavesAnErrorIfNoValueIsEmpty) {
  Deferred<Stamped> fired = succeed(Stamped(7));
  EXPECT_EQ(valueOf(succeed().addCallback([&] { return fired; })).stamp, 7);
  EXPECT_TRUE(failureOf(fired).check<ResultTakenError>());

  Deferred<Stamped> later;
  const Deferred<Stamped> outer = succeed().addCallback([&] { return later; });
  later.callback(8);
  EXPECT_EQ(valueOf(outer).stamp, 8);
  EXPECT_TRUE(failureOf(later).check<ResultTakenError>());
}

TEST_F(ResultTaken, LeavesAnErrorThatNobodyHasToHandle) {
  Deferred<Stamped> d, other;
  d.chainDeferred(other);
  d.callback(7);
  const Deferred<Stamped> outer = succeed().addCallback([&] { return other; });
  outer.addCallback([](const Stamped&) {});
  // Both have a ResultTakenError now. The fixture looks that none is reported.
}

// ---- what it owns -------------------------------------------------------------------------------

using Ownership = DeferredTest;

TEST_F(Ownership, OfACallbackEndsWhenItsTurnIsOver) {
  std::weak_ptr<int> held;
  const auto owner = [&] {
    auto owned = std::make_shared<int>(1);
    held = owned;
    return owned;
  };
  const Deferred<void> d;
  d.addCallback([owned = owner()] {});
  d.addCallback([&] { EXPECT_TRUE(held.expired()); });
  EXPECT_FALSE(held.expired());
  d.callback();
  EXPECT_TRUE(held.expired());
}

TEST_F(Ownership, OfAFunctionThatWasPassedByEndsToo) {
  const auto owned = std::make_shared<int>(1);
  const Deferred<int> d;
  d.addErrback([owned](const Failure&) { return 0; });
  d.addCallbacks([](int value) { return value; }, [owned](const Failure&) { return 0; });
  EXPECT_EQ(owned.use_count(), 3);
  d.callback(7);
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(Ownership, EndsWithTheLastHandle) {
  const auto owned = std::make_shared<int>(1);
  {
    const Deferred<std::shared_ptr<int>> unfired([owned] {});
    unfired.addCallback([owned](const std::shared_ptr<int>& value) { return value; });
    const Deferred<std::shared_ptr<int>> fired = succeed(owned);
    EXPECT_EQ(owned.use_count(), 4);
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(Ownership, OfTheCancellerEndsWithTheFiring) {
  const auto owned = std::make_shared<int>(1);
  const Deferred<void> d([owned] {});
  d.addCallback([&] { EXPECT_EQ(owned.use_count(), 1); });
  EXPECT_EQ(owned.use_count(), 2);
  d.callback();
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(Ownership, OfAValueEndsWhenACallbackHasTakenIt) {
  const auto owned = std::make_shared<int>(1);
  const Deferred<std::shared_ptr<int>> d = succeed(owned);
  const auto next = d.addCallback([](const std::shared_ptr<int>&) {});
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(Ownership, OfOneThatWaitsIsWithTheInnerOne) {
  Deferred<int> inner;
  succeed().addCallback([&] { return inner; }).addCallback([&](int) { seen_.push_back("outer"); });
  inner.callback(7);
  EXPECT_EQ(seen_, Seen{"outer"});
}

TEST_F(Ownership, EndsForAnInnerOneAndTheOneThatWaits) {
  const auto owned = std::make_shared<int>(1);
  {
    Deferred<int> inner;
    const Deferred<int> outer = succeed().addCallback([&] { return inner; });
    outer.addCallback([owned](int) {});
    inner.addCallback([owned](int) {});
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(Ownership, OfACallbackMayEndInAnyOrder) {
  // The one that is destroyed drops the last handle of another one, which holds ...
  std::optional<Deferred<void>> d(std::in_place);
  for (int i = 0; i < 10; ++i) {
    Deferred<void> next;
    next.addCallback([held = std::move(*d)] {});
    d = std::move(next);
  }
  d->addCallback([&] { d.reset(); });
  d->callback();
  EXPECT_FALSE(d);
}

// ---- large and small ----------------------------------------------------------------------------

using Size = DeferredTest;

TEST_F(Size, OfAValueMayBeLarge) {
  using Page = std::array<int, 1000>;
  Deferred<Page> d;
  d.addCallback([](Page page) {
    page[999] += page[0];
    return page;
  });
  d.addBoth([](Result<Page> result) { return result; });
  Page page{};
  page[0] = 3;
  page[999] = 4;
  d.callback(page);
  const Deferred<Page> outer = succeed().addCallback([&] { return d; });
  EXPECT_EQ(valueOf(outer)[999], 7);
  EXPECT_EQ(valueOf(d)[999], 0);
}

TEST_F(Size, OfAValueMayBeAlignedWidely) {
  struct alignas(64) Line {
    int number;
  };
  const auto d = succeed(Line{7}).addCallback([](const Line& line) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&line) % 64, 0U);
    return line;
  });
  EXPECT_EQ(valueOf(d).number, 7);
}

// Adds what it has in its pockets.
template <std::size_t kSize>
struct Pockets {
  explicit Pockets(int number) { pockets.fill(number); }
  int operator()(int value) const { return value + pockets[kSize / 2]; }
  std::array<int, kSize> pockets;
};

TEST_F(Size, OfACallbackMayBeLarge) {
  const Deferred<int> d;
  d.addCallback(Pockets<10'000>(1));
  d.addCallback(Pockets<2'000>(20));
  d.callback(300);
  d.addCallback(Pockets<10'000>(4000));
  EXPECT_EQ(valueOf(d), 4321);
}

// Notes its number, and has pockets.
template <std::size_t kSize>
struct Noting {
  std::vector<int> operator()(std::vector<int> seen) const {
    seen.push_back(number);
    return seen;
  }
  int number;
  std::array<int, kSize> pockets = {};
};

TEST_F(Size, OfCallbacksMayBeMixed) {
  const Deferred<std::vector<int>> d;
  std::vector<int> expected;
  for (int i = 0; i < 2000; ++i) {
    expected.push_back(i);
    switch (i % 4) {
      case 0:
        d.addCallback(Noting<1>{i});
        break;
      case 1:
        d.addCallback(Noting<9>{i});
        break;
      case 2:
        d.addCallback(Noting<30>{i});
        break;
      default:
        d.addCallback(Noting<400>{i});
    }
  }
  d.callback();
  EXPECT_EQ(valueOf(d), expected);
}

}  // namespace
}  // namespace poetry::testing
