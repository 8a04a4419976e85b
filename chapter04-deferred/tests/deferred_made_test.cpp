// Deferreds that fire others, or are made of what is there.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "deferred/deferred.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

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

}  // namespace
}  // namespace poetry::testing
