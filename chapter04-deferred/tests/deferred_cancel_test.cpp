// A Deferred that is cancelled.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "deferred/deferred.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

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

}  // namespace
}  // namespace poetry::testing
