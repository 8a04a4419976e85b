#include "deferred/deferred.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

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

TEST_F(Firing, MakesTheValueOfItsArgument) {
  const Deferred<std::string> d;
  d.callback("a literal");
  EXPECT_EQ(valueOf(d), "a literal");
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

}  // namespace
}  // namespace poetry::testing
