#include "deferred/coroutine.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "deferred/deferred_list.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

using Owned = std::unique_ptr<int>;

Deferred<int> plusOne(Deferred<int> number) {
  co_return co_await std::move(number) + 1;
}

// ---- how it ends --------------------------------------------------------------------------------

using CoroutineEnd = DeferredTest;

TEST_F(CoroutineEnd, IsAValue) {
  EXPECT_EQ(valueOf([]() -> Deferred<int> { co_return 7; }()), 7);
  EXPECT_EQ(valueOf([]() -> Deferred<std::string> { co_return "literal"; }()), "literal");
}

TEST_F(CoroutineEnd, IsNothing) {
  const auto run = [](Seen& seen) -> Deferred<void> {
    seen.push_back("ran");
    co_return;
  };
  EXPECT_TRUE(resultOf(run(seen_)));
  EXPECT_EQ(seen_, Seen{"ran"});
}

TEST_F(CoroutineEnd, IsWhatItThrows) {
  const auto run = [](bool aNumber) -> Deferred<int> {
    if (aNumber) throw 42;
    throw Boom("boom");
    co_return 7;
  };
  EXPECT_EQ(errorOf(run(false)), "boom");
  EXPECT_THROW(failureOf(run(true)).raise(), int);
}

TEST_F(CoroutineEnd, IsAFailureThatItReturns) {
  const auto run = [](Failure failure) -> Deferred<int> { co_return failure; };
  EXPECT_EQ(errorOf(run(Failure::of(Boom("boom")))), "boom");
}

TEST_F(CoroutineEnd, IsAResultThatItReturns) {
  const auto run = [](Result<int> result) -> Deferred<int> { co_return result; };
  EXPECT_EQ(valueOf(run(7)), 7);
  EXPECT_EQ(errorOf(run(Failure::of(Boom("boom")))), "boom");
}

TEST_F(CoroutineEnd, MayBeMoveOnly) {
  const auto run = [](Owned owned) -> Deferred<Owned> {
    ++*owned;
    co_return owned;
  };
  EXPECT_EQ(*valueOf(run(std::make_unique<int>(6))), 7);
}

TEST_F(CoroutineEnd, ComesAfterItsVariablesAreGone) {
  const auto run = [](Deferred<void> awaited, Seen& seen) -> Deferred<void> {
    const std::shared_ptr<void> variable(nullptr, [&](void*) { seen.push_back("variable"); });
    co_await std::move(awaited);
    seen.push_back("end");
  };
  const Deferred<void> awaited;
  run(awaited, seen_).addCallback(note("callback"));
  awaited.callback();
  EXPECT_EQ(seen_, (Seen{"end", "variable", "callback"}));
}

TEST_F(CoroutineEnd, ComesAfterItsParametersAreGone) {
  const auto run = [](Deferred<void> awaited, std::shared_ptr<int>) -> Deferred<void> {
    co_await std::move(awaited);
  };
  const auto parameter = std::make_shared<int>(1);
  const Deferred<void> awaited;
  const auto d = run(awaited, parameter);
  EXPECT_EQ(parameter.use_count(), 2);
  d.addCallback([&] { EXPECT_EQ(parameter.use_count(), 1); });
  awaited.callback();
  EXPECT_EQ(parameter.use_count(), 1);
}

TEST_F(CoroutineEnd, IsReachedThoughNobodyAsks) {
  const auto run = [](Deferred<void> awaited, Seen& seen) -> Deferred<void> {
    co_await std::move(awaited);
    seen.push_back("end");
  };
  const Deferred<void> awaited;
  run(awaited, seen_);
  awaited.callback();
  EXPECT_EQ(seen_, Seen{"end"});
}

TEST_F(CoroutineEnd, IsOfNoUseIfSomebodyElseFired) {
  const Deferred<int> awaited;
  const auto d = plusOne(awaited);
  d.callback(1);
  awaited.callback(6);
  EXPECT_EQ(valueOf(d), 1);
}

// ---- co_await -----------------------------------------------------------------------------------

using Await = DeferredTest;

TEST_F(Await, RunsAtOnceUntilItHasToWait) {
  const auto run = [](Deferred<void> awaited, Seen& seen) -> Deferred<void> {
    seen.push_back("begin");
    co_await std::move(awaited);
    seen.push_back("end");
  };
  const Deferred<void> awaited;
  const auto d = run(awaited, seen_);
  EXPECT_EQ(seen_, Seen{"begin"});
  awaited.callback();
  EXPECT_EQ(seen_, (Seen{"begin", "end"}));
}

TEST_F(Await, GivesTheValueNowOrLater) {
  EXPECT_EQ(valueOf(plusOne(succeed(6))), 7);
  const Deferred<int> later;
  const auto d = plusOne(later);
  later.callback(7);
  EXPECT_EQ(valueOf(d), 8);
}

TEST_F(Await, ThrowsTheErrorNowOrLater) {
  EXPECT_EQ(errorOf(plusOne(fail<int>(Boom("boom")))), "boom");
  const Deferred<int> later;
  const auto d = plusOne(later);
  later.errback(Boom("boom"));
  EXPECT_EQ(errorOf(d), "boom");
}

Deferred<int> orElse(Deferred<int> number, int otherwise) {
  try {
    co_return co_await std::move(number);
  } catch (const Boom&) {
    co_return otherwise;
  }
}

TEST_F(Await, ThrowsWhatCanBeCaught) {
  EXPECT_EQ(valueOf(orElse(fail<int>(Boom("boom")), 5)), 5);
  EXPECT_EQ(valueOf(orElse(succeed(7), 5)), 7);
  const Deferred<int> later;
  const auto d = orElse(later, 5);
  later.errback(Boom("boom"));
  EXPECT_EQ(valueOf(d), 5);
}

TEST_F(Await, LeavesAValueThatWasThere) {
  const Deferred<int> number = succeed(6);
  EXPECT_EQ(valueOf(plusOne(number)), 7);
  EXPECT_EQ(valueOf(number), 6);
}

TEST_F(Await, LeavesAnErrorThatWasThereAsHandled) {
  const auto failed = fail<int>(Boom("boom"));
  EXPECT_EQ(valueOf(orElse(failed, 5)), 5);
  // The fixture checks that it is not reported; but it is still there:
  const auto again = orElse(failed, 6);
  EXPECT_EQ(valueOf(again), 6);
}

TEST_F(Await, UsesUpWhatItHadToWaitFor) {
  const Deferred<int> value, error;
  const auto first = plusOne(value);
  const auto second = orElse(error, 5);
  value.callback(6);
  error.errback(Boom("boom"));
  EXPECT_EQ(valueOf(first), 7);
  EXPECT_EQ(valueOf(second), 5);
  EXPECT_EQ(valueOf(value), 0);
  EXPECT_EQ(valueOf(error), 0);
}

TEST_F(Await, TakesWhatCanNotBeCopied) {
  const auto take = [](Deferred<Owned> awaited) -> Deferred<int> {
    const Owned owned = co_await std::move(awaited);
    co_return *owned;
  };
  const Deferred<Owned> now = succeed(std::make_unique<int>(7));
  EXPECT_EQ(valueOf(take(now)), 7);
  EXPECT_EQ(valueOf(now), nullptr);
  const Deferred<Owned> later;
  const auto d = take(later);
  later.callback(std::make_unique<int>(8));
  EXPECT_EQ(valueOf(d), 8);
  EXPECT_EQ(valueOf(later), nullptr);
}

TEST_F(Await, WaitsForOneThatIsPaused) {
  const Deferred<int> number = succeed(6);
  number.pause();
  const auto d = plusOne(number);
  d.addCallback([&](int value) { seen_.push_back(std::to_string(value)); });
  EXPECT_EQ(seen_, Seen());
  number.unpause();
  EXPECT_EQ(seen_, Seen{"7"});
}

TEST_F(Await, WaitsForOneThatWaits) {
  Deferred<int> inner;
  const Deferred<int> number = succeed().addCallback([&] { return inner; });
  const auto d = plusOne(number);
  inner.callback(6);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Await, WaitsForOneThatRuns) {
  const Deferred<int> number;
  std::optional<Deferred<int>> d;
  number.addCallback([&](int value) {
    d = plusOne(number);
    return value * 10;
  });
  number.callback(7);
  EXPECT_EQ(valueOf(*d), 71);
}

TEST_F(Await, ComesAfterTheCallbacksThatWereThereBefore) {
  const Deferred<int> number;
  number.addCallback([](int value) { return value * 10; });
  const auto d = plusOne(number);
  number.addCallback([](int value) { return value + 5; });
  number.callback(7);
  EXPECT_EQ(valueOf(d), 71);
  EXPECT_EQ(valueOf(number), 5);
}

TEST_F(Await, ThrowsIfTheHandleIsSpent) {
  const Deferred<int> number;
  number.addCallback([](int value) { return std::to_string(value); });
  EXPECT_TRUE(failureOf(plusOne(number)).check<SpentHandleError>());
}

TEST_F(Await, MayBeOfTheSameDeferredAgain) {
  const auto twice = [](Deferred<int> number) -> Deferred<int> {
    const int first = co_await Deferred<int>(number);
    co_return first * 10 + co_await std::move(number);
  };
  EXPECT_EQ(valueOf(twice(succeed(7))), 77);
}

TEST_F(Await, WorksForTemporariesCopiesAndReferences) {
  const Deferred<int> a, b;
  Deferred<int> c, lent = c;
  const auto run = [](const Deferred<int>& first, Deferred<int>& second,
                      Deferred<int> third) -> Deferred<int> {
    int sum = co_await Deferred<int>(first);
    sum += co_await std::move(second);
    co_return sum + co_await std::move(third).addCallback([](int value) { return value * 100; });
  };
  const auto d = run(a, lent, b);
  a.callback(1);
  c.callback(20);
  b.callback(3);
  EXPECT_EQ(valueOf(d), 321);
}

TEST_F(Await, WorksInTheMiddleOfAnExpression) {
  const auto run = [](Deferred<std::string> a, Deferred<std::string> b) -> Deferred<std::string> {
    co_return "<" + co_await std::move(a) + "," + co_await std::move(b) + ">";
  };
  const Deferred<std::string> a, b;
  const auto d = run(a, b);
  b.callback("b");
  a.callback("a");
  EXPECT_EQ(valueOf(d), "<a,b>");
}

TEST_F(Await, WorksInLoops) {
  const auto sum = [](std::vector<Deferred<int>> numbers) -> Deferred<int> {
    int total = 0;
    for (Deferred<int>& number : numbers) total = 10 * total + co_await std::move(number);
    co_return total;
  };
  const std::vector<Deferred<int>> numbers(4);
  const auto d = sum(numbers);
  numbers[2].callback(3);
  numbers[0].callback(1);
  numbers[3].callback(4);
  numbers[1].callback(2);
  EXPECT_EQ(valueOf(d), 1234);
}

TEST_F(Await, OfAListGivesAllResults) {
  const auto sum = [](std::vector<Deferred<int>> numbers) -> Deferred<int> {
    int total = 0;
    for (const int number : co_await gatherResults(numbers)) total += number;
    const ListResult<int> list = co_await DeferredList<int>(numbers);
    for (const Result<int>& result : list.results) total += 100 * result.value();
    co_return total;
  };
  const Deferred<int> a, b;
  const auto d = sum({a, b});
  b.callback(20);
  a.callback(3);
  EXPECT_EQ(valueOf(d), 2323);
}

TEST_F(Await, OfAHundredThousandThatHaveFiredNeedsNoDeepStack) {
  const auto count = []() -> Deferred<int> {
    int total = 0;
    for (int i = 0; i < 100'000; ++i) total += co_await succeed(1);
    co_return total;
  };
  EXPECT_EQ(valueOf(count()), 100'000);
}

TEST_F(Await, OfAHundredThousandThatFireLaterNeedsNoDeepStack) {
  std::optional<Deferred<int>> next;
  const auto count = [&next]() -> Deferred<int> {
    int total = 0;
    for (int i = 0; i < 100'000; ++i) total += co_await Deferred<int>(next.emplace());
    co_return total;
  };
  const auto d = count();
  for (int i = 0; i < 100'000; ++i) Deferred<int>(*next).callback(1);
  EXPECT_EQ(valueOf(d), 100'000);
}

// ---- coroutines within coroutines ---------------------------------------------------------------

using Nested = DeferredTest;

Deferred<int> nested(Deferred<int> number, int depth) {
  if (depth == 0) co_return co_await std::move(number);
  co_return co_await nested(number, depth - 1) + 1;
}

TEST_F(Nested, PassesTheValueOutwards) {
  EXPECT_EQ(valueOf(nested(succeed(1), 5)), 6);
  const Deferred<int> number;
  const auto d = nested(number, 10);
  number.callback(1);
  EXPECT_EQ(valueOf(d), 11);
}

TEST_F(Nested, PassesTheErrorOutwards) {
  const Deferred<int> number;
  const auto d = nested(number, 10);
  number.errback(Boom("boom"));
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(Nested, PassesACancelInwards) {
  const Deferred<int> number(note("canceller"));
  const auto d = nested(number, 10);
  d.cancel();
  EXPECT_EQ(seen_, Seen{"canceller"});
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(Nested, MayBeReturnedByACallback) {
  const Deferred<int> number;
  const Deferred<int> d = succeed(1).addCallback([&](int) { return plusOne(number); });
  number.callback(6);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(Nested, IsDestroyedFromTheInsideOut) {
  const auto owned = std::make_shared<int>(1);
  const auto inner = [](Deferred<int> awaited, std::shared_ptr<int>) -> Deferred<int> {
    co_return co_await std::move(awaited);
  };
  const auto outer = [&](Deferred<int> awaited, std::shared_ptr<int> kept) -> Deferred<int> {
    co_return co_await inner(std::move(awaited), kept) + *kept;
  };
  std::optional<Deferred<int>> awaited(std::in_place);
  const auto d = outer(*awaited, owned);
  EXPECT_EQ(owned.use_count(), 3);
  awaited.reset();
  EXPECT_EQ(owned.use_count(), 1);
}

// ---- cancel -------------------------------------------------------------------------------------

using CancelCoroutine = DeferredTest;

TEST_F(CancelCoroutine, CancelsWhatItWaitsFor) {
  const Deferred<int> number(note("canceller"));
  const auto d = plusOne(number);
  d.cancel();
  EXPECT_EQ(seen_, Seen{"canceller"});
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(CancelCoroutine, IgnoresTheLateFiringOfWhatItWaitedFor) {
  const Deferred<int> number;
  const auto d = plusOne(number);
  d.cancel();
  number.callback(1);
  EXPECT_THROW(number.callback(2), AlreadyCalledError);
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(CancelCoroutine, GoesOnWithAValueOfTheCanceller) {
  const Deferred<int> number([](const Deferred<int>& cancelled) { cancelled.callback(6); });
  const auto d = plusOne(number);
  d.cancel();
  EXPECT_EQ(valueOf(d), 7);
}

// Catches a cancel of the first, and waits for the second.
Deferred<int> stubborn(Deferred<int> first, Deferred<int> second) {
  try {
    co_return co_await std::move(first);
  } catch (const CancelledError&) {
  }
  co_return co_await std::move(second);
}

TEST_F(CancelCoroutine, MayBeCaught) {
  const Deferred<int> first, second;
  const auto d = stubborn(first, second);
  d.addCallback([&](int value) {
    seen_.push_back("callback");
    return value;
  });
  d.cancel();
  EXPECT_EQ(seen_, Seen());
  second.callback(7);
  EXPECT_EQ(seen_, Seen{"callback"});
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(CancelCoroutine, MayBeCaughtByOneThatThenEnds) {
  const Deferred<int> first;
  const auto d = stubborn(first, succeed(7));
  d.cancel();
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(CancelCoroutine, ForTheSecondTimeReachesWhatItWaitsForThen) {
  const Deferred<int> first(note("first"));
  const Deferred<int> second(note("second"));
  const auto d = stubborn(first, second);
  d.cancel();
  d.cancel();
  EXPECT_EQ(seen_, (Seen{"first", "second"}));
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(CancelCoroutine, MayBeCaughtAgainAndAgain) {
  const auto never = [](const std::vector<Deferred<void>>& awaited) -> Deferred<int> {
    int cancelled = 0;
    for (const Deferred<void>& one : awaited) {
      try {
        co_await Deferred<void>(one);
      } catch (const CancelledError&) {
        ++cancelled;
      }
    }
    co_return cancelled;
  };
  const std::vector<Deferred<void>> awaited(100);
  const auto d = never(awaited);
  for (int i = 0; i < 100; ++i) d.cancel();
  EXPECT_EQ(valueOf(d), 100);
}

TEST_F(CancelCoroutine, EndsWithWhatTheCancellerThrows) {
  const Deferred<int> number([] { throw Boom("not now"); });
  const auto d = plusOne(number);
  d.cancel();
  EXPECT_EQ(errorOf(d), "not now");
  number.callback(1);
}

TEST_F(CancelCoroutine, DoesNothingWhenItHasEnded) {
  const Deferred<int> number;
  const auto d = plusOne(number);
  number.callback(6);
  d.cancel();
  EXPECT_THROW(d.callback(1), AlreadyCalledError);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(CancelCoroutine, MayComeFromTheCoroutineItself) {
  std::optional<Deferred<int>> itself;
  const auto run = [](Deferred<void> awaited, std::optional<Deferred<int>>& own) -> Deferred<int> {
    co_await std::move(awaited);
    own->cancel();
    co_return 7;
  };
  const Deferred<void> awaited;
  itself = run(awaited, itself);
  awaited.callback();
  EXPECT_EQ(valueOf(*itself), 7);
}

TEST_F(CancelCoroutine, MayComeFromTheEndOfAParameter) {
  const auto run = [](Deferred<void> awaited, std::shared_ptr<void>) -> Deferred<int> {
    co_await std::move(awaited);
    co_return 7;
  };
  const Deferred<void> awaited;
  std::optional<Deferred<int>> d;
  std::shared_ptr<void> atItsEnd(nullptr, [&](void*) { d->cancel(); });
  d = run(awaited, std::move(atItsEnd));
  awaited.callback();
  // When its parameters go, it has no more to say; but it has not fired yet.
  EXPECT_TRUE(failureOf(*d).check<CancelledError>());
}

TEST_F(CancelCoroutine, WorksThroughAHandleOfAnotherType) {
  const Deferred<int> number;
  const auto text = plusOne(number).addCallback([](int value) { return std::to_string(value); });
  text.cancel();
  EXPECT_TRUE(failureOf(text).check<CancelledError>());
}

TEST_F(CancelCoroutine, MayLeaveOneThatIsCancelledAtTheSameTime) {
  // The coroutine drops the last other handle of its own Deferred while it is cancelled.
  std::optional<Deferred<int>> d;
  const auto run = [](Deferred<void> awaited, std::optional<Deferred<int>>& own) -> Deferred<int> {
    try {
      co_await std::move(awaited);
    } catch (const CancelledError&) {
      own.reset();
    }
    co_return 7;
  };
  const Deferred<void> awaited;
  d = run(awaited, d);
  d->addCallback([&](int value) {
    seen_.push_back(std::to_string(value));
    return value;
  });
  d->cancel();
  EXPECT_EQ(seen_, Seen{"7"});
}

TEST_F(CancelCoroutine, WhileItsDeferredIsPausedComesTooLateIfItEndsMeanwhile) {
  const Deferred<int> number;
  const auto d = plusOne(number);
  d.pause();
  d.cancel();
  number.callback(6);
  d.unpause();
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(CancelCoroutine, WhileItsDeferredIsPausedComesWhenThatGoesOn) {
  const Deferred<int> number(note("cancelled"));
  const auto d = plusOne(number);
  d.pause();
  d.cancel();
  EXPECT_EQ(seen_, Seen());
  d.unpause();
  EXPECT_EQ(seen_, Seen{"cancelled"});
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(CancelCoroutine, WhileItsDeferredIsPausedMayMeetNobody) {
  std::optional<Deferred<int>> number(std::in_place);
  const auto d = [](const Deferred<int>& awaited) -> Deferred<int> {
    co_return co_await Deferred<int>(awaited);
  }(*number);
  d.pause();
  d.cancel();
  number.reset();  // and with it the coroutine
  d.unpause();
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

// ---- a coroutine that is never resumed ----------------------------------------------------------

class Abandoned : public DeferredTest {
 protected:
  // Is what the coroutine owned gone?
  void expectGone() const { EXPECT_EQ(owned_.use_count(), 1); }

  std::shared_ptr<int> owned_ = std::make_shared<int>(1);
};

TEST_F(Abandoned, IsDestroyedWithWhatItWaitsFor) {
  const auto run = [](const Deferred<int>& awaited, std::shared_ptr<int>) -> Deferred<void> {
    co_await Deferred<int>(awaited);
  };
  std::optional<Deferred<int>> awaited(std::in_place);
  const auto d = run(*awaited, owned_);
  EXPECT_EQ(owned_.use_count(), 2);
  awaited.reset();
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsItsOwnParameter) {
  const auto run = [](Deferred<int> awaited, std::shared_ptr<int>) -> Deferred<void> {
    co_await std::move(awaited);
  };
  run(Deferred<int>(), owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsItsOwnVariable) {
  const auto run = [](std::shared_ptr<int>) -> Deferred<void> {
    Deferred<int> own;
    co_await std::move(own);
  };
  run(owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsATemporary) {
  const auto run = [](std::shared_ptr<int>) -> Deferred<void> { co_await Deferred<int>(); };
  run(owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsWhatWasAddedToATemporary) {
  const auto run = [](std::shared_ptr<int>) -> Deferred<void> {
    co_await Deferred<int>()
        .addCallback([](int value) { return std::to_string(value); })
        .addErrback([](const Failure&) { return std::string(); })
        .addCallbacks([](const std::string&) { return 1; }, [](const Failure&) { return 2; })
        .addBoth([](Result<int> result) { return result; });
  };
  run(owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsAListOfItsOwn) {
  const auto run = [](std::vector<Deferred<int>> members, std::shared_ptr<int>) -> Deferred<void> {
    co_await gatherResults(std::move(members));
  };
  run({Deferred<int>(), Deferred<int>()}, owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedThoughItAwaitsAMemberOfItsVariable) {
  const auto run = [](std::shared_ptr<int>) -> Deferred<void> {
    struct {
      int something = 0;
      Deferred<int> member;
    } variable;
    co_await std::move(variable.member);
  };
  run(owned_);
  expectGone();
}

TEST_F(Abandoned, IsDestroyedAfterItWasResumedOnce) {
  const auto run = [](Deferred<int> first, std::shared_ptr<int>) -> Deferred<void> {
    co_await std::move(first);
    co_await Deferred<int>();
  };
  {
    const Deferred<int> first;
    const auto d = run(first, owned_);
    EXPECT_EQ(owned_.use_count(), 2);
    first.callback(1);
    expectGone();
  }
}

TEST_F(Abandoned, LeavesADeferredThatCanBeCancelled) {
  const auto run = [](std::shared_ptr<int>) -> Deferred<int> {
    Deferred<int> own;
    co_return co_await std::move(own);
  };
  const auto d = run(owned_);
  expectGone();
  d.cancel();
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(Abandoned, LeavesADeferredThatCanBeCancelledAfterACancelWasCaught) {
  std::optional<Deferred<int>> second(std::in_place);
  const Deferred<int> first;
  const auto d = stubborn(first, *second);
  d.cancel();
  second.reset();
  d.cancel();
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

}  // namespace
}  // namespace poetry::testing
