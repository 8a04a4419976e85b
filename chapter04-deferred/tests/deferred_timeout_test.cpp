#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "deferred/deferred.h"
#include "tests/support/clock.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;
class AddTimeout : public DeferredTest {
 protected:
  Clock clock_;
};

TEST_F(AddTimeout, FailsWithATimeoutErrorWhenTheTimeIsOver) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  const Failure failure = failureOf(d);
  EXPECT_EQ(failure.get<TimeoutError>()->limit, 5s);
  EXPECT_EQ(failure.message(), "no result within 5 s");
}

TEST_F(AddTimeout, DoesNothingBefore) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_);
  clock_.advance(4999ms);
  d.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(AddTimeout, StopsItsTimerWhenTheResultIsThere) {
  const Deferred<int> value, error;
  value.addTimeout(5s, clock_);
  error.addTimeout(5s, clock_);
  EXPECT_EQ(clock_.pending(), 2U);
  value.callback(7);
  EXPECT_EQ(clock_.pending(), 1U);
  error.errback(Boom("boom"));
  EXPECT_EQ(clock_.pending(), 0U);
  EXPECT_EQ(errorOf(error), "boom");
}

TEST_F(AddTimeout, NeedsNoTimeIfItHasFired) {
  const Deferred<int> d = succeed(7);
  d.addTimeout(5s, clock_);
  EXPECT_EQ(clock_.pending(), 0U);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(AddTimeout, IgnoresTheLateFiring) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  d.callback(7);
  EXPECT_TRUE(failureOf(d).check<TimeoutError>());
}

TEST_F(AddTimeout, LeavesAPlainCancelAsItIs) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_);
  d.cancel();
  EXPECT_EQ(clock_.pending(), 0U);
  EXPECT_TRUE(failureOf(d).check<CancelledError>());
}

TEST_F(AddTimeout, CallsTheCanceller) {
  const Deferred<int> d(note("canceller"));
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_EQ(seen_, Seen{"canceller"});
  EXPECT_TRUE(failureOf(d).check<TimeoutError>());
}

TEST_F(AddTimeout, LetsAValueOfTheCancellerGoOn) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.callback(7); });
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(AddTimeout, LetsAnotherErrorOfTheCancellerGoOn) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.errback(Boom("boom")); });
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(AddTimeout, SeesNoErrorThatWasHandledBefore) {
  const Deferred<int> d;
  d.addErrback([](const Failure&) { return -1; });
  d.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_EQ(valueOf(d), -1);
}

TEST_F(AddTimeout, CancelsWhatItWaitsFor) {
  Deferred<int> inner(note("inner"));
  const Deferred<int> outer = succeed().addCallback([&] { return inner; });
  outer.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_EQ(seen_, Seen{"inner"});
  EXPECT_TRUE(failureOf(outer).check<TimeoutError>());
}

TEST_F(AddTimeout, DoesNotWatchWhatComesBehindIt) {
  Deferred<int> d, inner;
  d.addTimeout(5s, clock_);
  d.addCallback([&](int) { return inner; });
  d.callback(1);
  clock_.advance(10s);
  inner.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(AddTimeout, WorksThoughTheTypeChangesBehindIt) {
  const Deferred<int> d;
  const auto text =
      d.addTimeout(5s, clock_).addCallback([](int value) { return std::to_string(value); });
  clock_.advance(5s);
  EXPECT_TRUE(failureOf(text).check<TimeoutError>());
}

TEST_F(AddTimeout, TakesTheShortestOfSeveral) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_).addTimeout(3s, clock_);
  clock_.advance(10s);
  EXPECT_EQ(failureOf(d).get<TimeoutError>()->limit, 3s);
  EXPECT_EQ(clock_.pending(), 0U);
}

TEST_F(AddTimeout, WorksForMoveOnlyValuesAndForVoid) {
  const Deferred<std::unique_ptr<int>> owned;
  owned.addTimeout(5s, clock_);
  owned.callback(std::make_unique<int>(7));
  EXPECT_EQ(*valueOf(owned), 7);
  const Deferred<void> nothing;
  nothing.addTimeout(5s, clock_);
  clock_.advance(5s);
  EXPECT_TRUE(failureOf(nothing).check<TimeoutError>());
}

using OnTimeout = AddTimeout;

TEST_F(OnTimeout, IsCalledWithTheResultAndTakesItsPlace) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_, [&](const Result<int>& result) {
    EXPECT_TRUE(result.check<CancelledError>());
    return -1;
  });
  clock_.advance(5s);
  EXPECT_EQ(valueOf(d), -1);
}

TEST_F(OnTimeout, IsCalledWithTheCancellersValueToo) {
  const Deferred<int> d([](const Deferred<int>& cancelled) { cancelled.callback(7); });
  d.addTimeout(5s, clock_, [](Result<int> result) { return result.value() + 1; });
  clock_.advance(5s);
  EXPECT_EQ(valueOf(d), 8);
}

TEST_F(OnTimeout, IsNotCalledInTime) {
  const Deferred<int> value, cancelled;
  const auto onTimeout = [this](const Result<int>&) {
    seen_.push_back("called");
    return -1;
  };
  value.addTimeout(5s, clock_, onTimeout);
  cancelled.addTimeout(5s, clock_, onTimeout);
  value.callback(7);
  cancelled.cancel();
  clock_.advance(5s);
  EXPECT_EQ(valueOf(value), 7);
  EXPECT_TRUE(failureOf(cancelled).check<CancelledError>());
  EXPECT_EQ(seen_, Seen());
}

TEST_F(OnTimeout, MayThrow) {
  const Deferred<int> d;
  d.addTimeout(5s, clock_, [](const Result<int>&) -> int { throw Boom("boom"); });
  clock_.advance(5s);
  EXPECT_EQ(errorOf(d), "boom");
}

TEST_F(OnTimeout, MayReturnADeferred) {
  Deferred<int> d, secondTry;
  d.addTimeout(5s, clock_, [&](const Result<int>&) { return secondTry; });
  clock_.advance(5s);
  secondTry.callback(7);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(OnTimeout, MayOwnSomething) {
  struct OnlyMoved {
    OnlyMoved() = default;
    OnlyMoved(OnlyMoved&&) = default;
    int number = 7;
  };
  const Deferred<int> d;
  d.addTimeout(5s, clock_, [owned = OnlyMoved()](const Result<int>&) { return owned.number; });
  clock_.advance(5s);
  EXPECT_EQ(valueOf(d), 7);
}

TEST_F(AddTimeout, MayHaveAFunctionThatReturnsWhateverFits) {
  const auto result = [this](auto onTimeout) {
    const Deferred<std::string> d;
    d.addTimeout(5s, clock_, onTimeout);
    clock_.advance(5s);
    return resultOf(d).value();
  };
  EXPECT_EQ(result([](auto) { return "a literal"; }).value(), "a literal");
  EXPECT_EQ(result([](auto) { return Result<std::string>("a result"); }).value(), "a result");
  EXPECT_EQ(result([](auto) { return succeed(std::string("a Deferred")); }).value(), "a Deferred");
  const auto failing = [](auto) { return Failure::of(Boom("too late")); };
  EXPECT_EQ(result(failing).failure().message(), "too late");
}

TEST_F(AddTimeout, OfNothingMayHaveAFunctionThatReturnsNothing) {
  const Deferred<void> d;
  d.addTimeout(5s, clock_, [this](const Result<void>&) { seen_.push_back("too late"); });
  clock_.advance(5s);
  EXPECT_FALSE(resultOf(d).value().failed());
  EXPECT_EQ(seen_, Seen{"too late"});
}

TEST_F(AddTimeout, AddsTwoFunctions) {
  Deferred<int> giver;
  const Deferred<int> first = succeed().addCallback([&] { return giver; });
  const Deferred<int> second = succeed().addCallback([&] { return giver; });
  const auto last = giver.addCallback(note("the giver's own"));
  first.pause();
  second.pause();
  giver.callback(7);  // goes to the first one, which stops the giver
  // The first function of the two makes it go on to the second one, which stops it, too.
  last.addTimeout(5s, clock_);
  EXPECT_EQ(seen_, Seen{"the giver's own"});
}

TEST_F(AddTimeout, StartsNoTimerForAHandleThatIsSpent) {
  const Deferred<int> d;
  const auto text = d.addCallback([](int value) { return std::to_string(value); });
  EXPECT_THROW(d.addTimeout(5s, clock_), SpentHandleError);
  EXPECT_EQ(clock_.pending(), 0U);
}

}  // namespace
}  // namespace poetry::testing
