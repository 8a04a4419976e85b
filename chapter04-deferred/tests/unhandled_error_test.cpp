#include "deferred/unhandled_error.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deferred/coroutine.h"
#include "deferred/deferred.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

class UnhandledError : public ::testing::Test {
 protected:
  // Was the one error reported, for a Deferred that was made in this line of this file?
  void expectPlace(unsigned line) const {
    ASSERT_EQ(unhandled_.places.size(), 1U);
    EXPECT_EQ(std::string_view(unhandled_.places[0].file_name()), __FILE__);
    EXPECT_EQ(unhandled_.places[0].line(), line);
  }

  UnhandledErrors unhandled_;
};

// ---- what is reported ---------------------------------------------------------------------------

TEST_F(UnhandledError, IsReportedOnceWhenTheLastHandleHasGone) {
  std::optional<Deferred<int>> d(std::in_place);
  {
    const Deferred<int> copy = *d;
    copy.errback(Boom("boom"));
  }
  EXPECT_EQ(unhandled_.messages, Seen());
  d.reset();
  EXPECT_EQ(unhandled_.messages, Seen{"boom"});
}

TEST_F(UnhandledError, IsReportedIfACallbackThrewIt) {
  succeed(1).addCallback([](int) -> int { throw Boom("boom"); });
  EXPECT_EQ(unhandled_.messages, Seen{"boom"});
}

TEST_F(UnhandledError, IsReportedIfAnErrbackPassesItOn) {
  fail<int>(Boom("boom")).addErrback([](const Failure& failure) { return failure; });
  EXPECT_EQ(unhandled_.messages, Seen{"boom"});
}

TEST_F(UnhandledError, IsReportedForWhatIsNoException) {
  succeed().addCallback([] { throw 42; });
  EXPECT_EQ(unhandled_.messages, Seen{"something that is no std::exception"});
}

TEST_F(UnhandledError, IsReportedAfterACancelThatNobodyHandles) {
  Deferred<int>().cancel();
  EXPECT_EQ(unhandled_.messages, Seen{"cancelled"});
}

TEST_F(UnhandledError, IsReportedForEachOfTwo) {
  {
    const auto inner = fail<int>(Boom("inner"));
    const auto outer = fail<int>(Boom("outer"));
  }
  EXPECT_EQ(unhandled_.messages, (Seen{"outer", "inner"}));
}

TEST_F(UnhandledError, IsReportedForTheOneThatHasItNow) {
  Deferred<int> inner;
  {
    const auto outer = succeed().addCallback([&] { return inner; });
  }
  inner.errback(Boom("boom"));
  EXPECT_EQ(unhandled_.messages, Seen{"boom"});
}

TEST_F(UnhandledError, IsReportedAgainIfItFailsAgain) {
  {
    const auto d = fail<int>(Boom("first"));
    d.addErrback([](const Failure&) { return 1; });
    d.addCallback([](int) -> int { throw Boom("second"); });
  }
  EXPECT_EQ(unhandled_.messages, Seen{"second"});
}

// ---- what is not --------------------------------------------------------------------------------

TEST_F(UnhandledError, IsNoneIfAnErrbackHasHandledIt) {
  fail<int>(Boom("boom")).addErrback([](const Failure&) { return 0; });
  EXPECT_EQ(unhandled_.messages, Seen());
}

TEST_F(UnhandledError, IsNoneIfItWasHandledLater) {
  const auto d = fail<int>(Boom("boom"));
  d.addCallback([](int value) { return value; });
  d.addErrback([](const Failure&) { return 0; });
  EXPECT_EQ(unhandled_.messages, Seen());
}

TEST_F(UnhandledError, IsNoneWithoutAnError) {
  { const Deferred<int> unfired; }
  succeed(1);
  EXPECT_EQ(unhandled_.messages, Seen());
}

TEST_F(UnhandledError, IsNoneIfAnotherDeferredTookIt) {
  std::optional<Deferred<int>> inner = fail<int>(Boom("boom"));
  const auto outer = succeed().addCallback([&] { return *inner; });
  inner.reset();
  EXPECT_EQ(unhandled_.messages, Seen());
  EXPECT_EQ(errorOf(outer), "boom");
}

TEST_F(UnhandledError, IsNoneIfAnotherDeferredWaitedForIt) {
  std::optional<Deferred<int>> inner(std::in_place);
  const auto outer = succeed().addCallback([&] { return *inner; });
  inner->errback(Boom("boom"));
  inner.reset();
  EXPECT_EQ(unhandled_.messages, Seen());
  EXPECT_EQ(errorOf(outer), "boom");
}

TEST_F(UnhandledError, IsNoneOfOneThatWaitsThoughItHadOne) {
  {
    Deferred<int> inner;
    const auto outer = fail<int>(Boom("boom"));
    outer.addErrback([&](const Failure&) { return inner; });
  }
  EXPECT_EQ(unhandled_.messages, Seen());
}

TEST_F(UnhandledError, IsNoneIfItNeverGotThroughAPause) {
  {
    const Deferred<int> d;
    d.pause();
    d.errback(Boom("boom"));
  }
  EXPECT_EQ(unhandled_.messages, Seen());
}

TEST_F(UnhandledError, IsNoneIfACoroutineSawIt) {
  {
    const auto failed = fail<int>(Boom("boom"));
    [](Deferred<int> awaited) -> Deferred<void> {
      try {
        co_await std::move(awaited);
      } catch (const Boom&) {
      }
    }(failed);
  }
  EXPECT_EQ(unhandled_.messages, Seen());
}

// ---- where --------------------------------------------------------------------------------------

TEST_F(UnhandledError, TellsWhereTheDeferredWasMade) {
  const unsigned line = SourceLocation::current().line() + 1;
  Deferred<int>().errback(Boom("boom"));
  expectPlace(line);
}

TEST_F(UnhandledError, TellsWhereADeferredWithACancellerWasMade) {
  const unsigned line = SourceLocation::current().line() + 1;
  Deferred<int>([] {}).cancel();
  expectPlace(line);
}

TEST_F(UnhandledError, TellsWhereFailWasCalled) {
  const unsigned line = SourceLocation::current().line() + 1;
  fail<int>(Boom("boom"));
  expectPlace(line);
}

TEST_F(UnhandledError, TellsWhereFailWasCalledWithAFailure) {
  const unsigned line = SourceLocation::current().line() + 1;
  fail<int>(Failure::of(Boom("boom")));
  expectPlace(line);
}

TEST_F(UnhandledError, TellsWhereSucceedWasCalled) {
  const unsigned line = SourceLocation::current().line() + 1;
  succeed(1).addCallback([](int) { throw Boom("boom"); });
  expectPlace(line);
}

TEST_F(UnhandledError, TellsWhereSucceedWasCalledWithNothing) {
  const unsigned line = SourceLocation::current().line() + 1;
  succeed().addCallback([] { throw Boom("boom"); });
  expectPlace(line);
}

Deferred<void> falter(const Deferred<void>& first) {
  co_await Deferred<void>(first);
  throw Boom("boom");
}
constexpr unsigned kEndOfFalter = SourceLocation::current().line() - 1;

TEST_F(UnhandledError, TellsWhereAFunctionWasExecuted) {
  execute([]() -> int { throw Boom("boom"); });
  expectPlace(__LINE__ - 1);
}

TEST_F(UnhandledError, TellsWhereMaybeDeferredWasCalled) {
  maybeDeferred([]() -> int { throw Boom("boom"); });
  expectPlace(__LINE__ - 1);
}

TEST_F(UnhandledError, TellsWhereMaybeDeferredGotNoDeferred) {
  maybeDeferred([]() -> Deferred<int> { throw Boom("boom"); });
  expectPlace(__LINE__ - 1);
}

TEST_F(UnhandledError, TellsThatNobodyKnowsWhere) {
  execute([](int) -> int { throw Boom("boom"); }, 7);
  ASSERT_EQ(unhandled_.places.size(), 1U);
  EXPECT_EQ(unhandled_.places[0].line(), 0U);
}

TEST_F(UnhandledError, TellsWhereTheCoroutineIs) {
  falter(succeed());
  ASSERT_EQ(unhandled_.places.size(), 1U);
  // Compilers differ in whether they name its first line or its last.
  const unsigned line = unhandled_.places[0].line();
  EXPECT_GE(line, kEndOfFalter - 3);
  EXPECT_LE(line, kEndOfFalter);
  EXPECT_EQ(std::string_view(unhandled_.places[0].file_name()), __FILE__);
}

TEST_F(UnhandledError, TellsWhereTheCoroutineIsAlsoAfterACancel) {
  const Deferred<void> first;
  falter(first).cancel();
  ASSERT_EQ(unhandled_.places.size(), 1U);
  EXPECT_EQ(unhandled_.messages, Seen{"cancelled"});
  EXPECT_EQ(std::string_view(unhandled_.places[0].file_name()), __FILE__);
}

// ---- the hook -----------------------------------------------------------------------------------

TEST_F(UnhandledError, MayMeetAHookThatThrows) {
  const auto old =
      setUnhandledErrorHook([](const Failure& failure, const SourceLocation&) { failure.raise(); });
  fail<int>(Boom("boom"));
  setUnhandledErrorHook(old);
  fail<int>(Boom("next"));
  EXPECT_EQ(unhandled_.messages, Seen{"next"});
}

TEST_F(UnhandledError, MayMeetAHookThatReplacesItself) {
  std::vector<std::string> seen;
  const UnhandledErrorHook old =
      setUnhandledErrorHook([&seen](const Failure& failure, const auto&) {
        setUnhandledErrorHook([](const Failure&, const auto&) {});
        seen.push_back(failure.message());
      });
  fail<int>(Boom("first"));
  fail<int>(Boom("second"));
  setUnhandledErrorHook(old);
  EXPECT_EQ(seen, Seen{"first"});
}

TEST_F(UnhandledError, IsNotTakenWhileItIsHandled) {
  const auto d = fail<int>(Boom("boom"));
  d.pause();
  d.addErrback([](const Failure&) { return 5; });
  bool taken = true;
  d.addCallback([&](int value) {
    taken = d.takeUnhandledError().has_value();
    return value;
  });
  d.unpause();
  EXPECT_FALSE(taken);
}

TEST_F(UnhandledError, MayMeetAHookThatMakesAnother) {
  std::vector<std::string> seen;
  const auto old = setUnhandledErrorHook([&](const Failure& failure, const SourceLocation&) {
    seen.push_back(failure.message());
    if (seen.size() == 1) fail<int>(Boom("from within"));
  });
  fail<int>(Boom("boom"));
  setUnhandledErrorHook(old);
  EXPECT_EQ(seen, (Seen{"boom", "from within"}));
}

TEST(UnhandledErrorHook, PrintsALineUnlessToldOtherwise) {
  ::testing::internal::CaptureStderr();
  const unsigned line = SourceLocation::current().line() + 1;
  fail<int>(Boom("boom"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "Unhandled error in the Deferred made at unhandled_error_test.cpp:" +
                std::to_string(line) + ": boom\n");
}

}  // namespace
}  // namespace poetry::testing
