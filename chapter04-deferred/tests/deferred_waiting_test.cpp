// A Deferred that waits: for another one, or because it is paused.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "deferred/deferred.h"
#include "deferred/deferred_list.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

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

TEST_F(Inner, MayBeAConstantOrAReference) {
  Deferred<int> inner;
  const auto ofConstant = succeed().addCallback([&]() -> const Deferred<int> { return inner; });
  const auto ofReference =
      ofConstant.addCallback([&](int) -> const Deferred<int>& { return inner; });
  inner.callback(7);
  EXPECT_EQ(valueOf(ofReference), 0);  // the second one to ask: the first has taken it
}

TEST_F(Inner, MayBeAList) {
  const Deferred<int> member;
  const auto sum = succeed()
                       .addCallback([&] {
                         return DeferredList<int>({succeed(3), member});
                       })
                       .addCallback([](ListResult<int> all) {
                         return all.results[0].value() + all.results[1].value();
                       });
  member.callback(4);
  EXPECT_EQ(valueOf(sum), 7);
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

TEST_F(Inner, GivesAnEmptyValueOfTheTypeThatIsAskedForThoughItHasCallbacksLeft) {
  Deferred<int> inner;
  const Deferred<int> paused = succeed().addCallback([&] { return inner; });
  auto text = inner.addCallback([](int value) { return std::to_string(value); });
  paused.pause();
  inner.callback(7);
  const Deferred<std::string> next = succeed().addCallback([&] { return text; });
  EXPECT_EQ(valueOf(next), "");
  EXPECT_EQ(valueOf(text), "0");
}

TEST_F(Inner, IsWaitedForWhileItsResultIsStillOfAnotherType) {
  std::optional<Deferred<std::string>> text, next;
  std::shared_ptr<void> last(nullptr, [&](void*) {
    next =
        succeed().addCallback([&] { return *text; });  // it has fired, and has called nothing yet
  });
  const Deferred<int> inner([owned = std::move(last)] {});
  text = inner.addCallback([](int value) { return std::to_string(value); });
  inner.callback(7);
  EXPECT_EQ(valueOf(*next), "7");
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

TEST_F(Inner, MayBeFiredByTheFunctionThatReturnsItAsThatGoes) {
  Deferred<int> inner, outer;
  std::shared_ptr<void> last(nullptr, [&](void*) { inner.callback(5); });
  outer
      .addCallback([&, owned = std::move(last)](int) {
        seen_.push_back("first");
        return inner;
      })
      .addCallback([&](int value) {
        seen_.push_back("second");
        return value;
      });
  outer.callback(1);
  EXPECT_EQ(seen_, (Seen{"first", "second"}));
  EXPECT_EQ(valueOf(outer), 5);
}

TEST_F(Inner, LeavesAnErrorToAFunctionOfAnotherTypeThatIsLeftOver) {
  struct NeverEmpty {
    explicit NeverEmpty(int) {}
  };
  Deferred<NeverEmpty> inner;
  const auto paused = succeed().addCallback([&] { return inner; });
  auto text = inner.addCallback([this](const NeverEmpty&) {
    seen_.push_back("left over");
    return std::string("never");
  });
  paused.pause();
  inner.callback(NeverEmpty(7));  // goes to `paused`, which stops us: our function is left over
  EXPECT_EQ(valueOf(succeed().addCallback([&] { return text; })), "");
  EXPECT_TRUE(failureOf(text).check<ResultTakenError>());
  EXPECT_EQ(seen_, Seen());
}

TEST_F(Inner, IsNotKeptByTheValueThatItWasFoundIn) {
  struct Session {
    Deferred<int> reply;
  };
  const auto session = std::make_shared<Session>();
  succeed(session).addCallback([](const std::shared_ptr<Session>& given) { return given->reply; });
  EXPECT_EQ(session.use_count(), 1);
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

}  // namespace
}  // namespace poetry::testing
