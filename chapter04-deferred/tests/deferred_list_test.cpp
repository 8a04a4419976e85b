#include "deferred/deferred_list.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

using Owned = std::unique_ptr<int>;

// What came of a list of numbers: "1 error 3", or "only 1: 7".
std::string said(const ListResult<int>& list) {
  std::string text = list.first ? "only " + std::to_string(*list.first) + ":" : "";
  for (const Result<int>& result : list.results) {
    if (!text.empty()) text += ' ';
    text += result.failed() ? result.failure().message() : std::to_string(result.value());
  }
  return text;
}

// ---- DeferredList -------------------------------------------------------------------------------

using List = DeferredTest;

TEST_F(List, FiresWithAllResultsInOrderWhenTheLastIsThere) {
  const Deferred<int> a, b, c;
  const DeferredList<int> list({a, b, c});
  std::string seen;
  list.addCallback([&](const ListResult<int>& result) { seen = said(result); });
  c.callback(3);
  b.errback(Boom("error"));
  EXPECT_EQ(seen, "");
  a.callback(1);
  EXPECT_EQ(seen, "1 error 3");
  b.addErrback([](const Failure&) { return 0; });
}

TEST_F(List, FiresAtOnceIfAllMembersHave) {
  EXPECT_EQ(said(valueOf<ListResult<int>>(DeferredList<int>({succeed(1), succeed(2)}))), "1 2");
}

TEST_F(List, FiresAtOnceIfItIsEmpty) {
  EXPECT_TRUE(valueOf<ListResult<int>>(DeferredList<int>({})).results.empty());
}

TEST_F(List, NeverFiresIfItIsEmptyAndWaitsForAValue) {
  const DeferredList<int> list({}, {.fireOnOneCallback = true});
  list.addBoth([](const Result<ListResult<int>>&) { FAIL() << "it fired"; });
  list.cancel();
}

TEST_F(List, PassesTheResultsOnToTheMembersOwnCallbacks) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b});
  a.callback(1);
  b.errback(Boom("error"));
  EXPECT_EQ(valueOf(a), 1);
  EXPECT_EQ(errorOf(b), "error");
}

TEST_F(List, MayConsumeTheErrors) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b}, {.consumeErrors = true});
  a.callback(1);
  b.errback(Boom("error"));
  EXPECT_EQ(valueOf(a), 1);
  EXPECT_EQ(valueOf(b), 0);
}

TEST_F(List, MayFireWithTheFirstValue) {
  const Deferred<int> a, b, c;
  const DeferredList<int> list({a, b, c}, {.fireOnOneCallback = true, .consumeErrors = true});
  a.errback(Boom("error"));
  b.callback(7);
  c.callback(8);
  EXPECT_EQ(said(valueOf<ListResult<int>>(list)), "only 1: 7");
  EXPECT_EQ(valueOf(c), 8);
}

TEST_F(List, ThatWaitsForAValueFiresWithAllErrorsIfThereIsNone) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b}, {.fireOnOneCallback = true, .consumeErrors = true});
  a.errback(Boom("one"));
  b.errback(Boom("two"));
  EXPECT_EQ(said(valueOf<ListResult<int>>(list)), "one two");
}

TEST_F(List, MayFailWithTheFirstError) {
  const Deferred<int> a, b, c;
  const DeferredList<int> list({a, b, c}, {.fireOnOneErrback = true, .consumeErrors = true});
  a.callback(1);
  c.errback(Boom("error"));
  b.errback(Boom("later"));
  const Failure failure = failureOf<ListResult<int>>(list);
  const auto* first = failure.get<FirstError>();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->index, 2U);
  EXPECT_EQ(first->cause.message(), "error");
  EXPECT_EQ(failure.message(), "number 2 of the list failed: error");
}

TEST_F(List, ThatFailsWithTheFirstErrorFiresWithAllValuesIfThereIsNone) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b}, {.fireOnOneErrback = true});
  b.callback(2);
  a.callback(1);
  EXPECT_EQ(said(valueOf<ListResult<int>>(list)), "1 2");
}

TEST_F(List, LetsTheFirstOneDecideIfEitherMayFireIt) {
  const ListOptions either = {
      .fireOnOneCallback = true, .fireOnOneErrback = true, .consumeErrors = true};
  const DeferredList<int> value({succeed(7), fail<int>(Boom("error"))}, either);
  EXPECT_EQ(said(valueOf<ListResult<int>>(value)), "only 0: 7");
  const DeferredList<int> error({fail<int>(Boom("error")), succeed(7)}, either);
  EXPECT_EQ(failureOf<ListResult<int>>(error).get<FirstError>()->index, 0U);
}

TEST_F(List, MayHaveTheSameMemberTwice) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b, a});
  b.callback(2);
  a.callback(1);
  EXPECT_EQ(said(valueOf<ListResult<int>>(list)), "1 2 1");
}

TEST_F(List, TakesWhatCanNotBeCopied) {
  const Deferred<Owned> a, b;
  const DeferredList<Owned> list({a, b});
  a.callback(std::make_unique<int>(1));
  b.callback(std::make_unique<int>(2));
  ListResult<Owned> result = valueOf<ListResult<Owned>>(list);
  EXPECT_EQ(*result.results[0].value(), 1);
  EXPECT_EQ(*result.results[1].value(), 2);
  EXPECT_EQ(valueOf(a), nullptr);
}

TEST_F(List, CopiesWhatCanBeCopied) {
  const auto a = succeed(std::string("text"));
  const DeferredList<std::string> list({a});
  EXPECT_EQ(valueOf<ListResult<std::string>>(list).results[0].value(), "text");
  EXPECT_EQ(valueOf(a), "text");
}

TEST_F(List, OfNothingsTellsWhoFailed) {
  const Deferred<void> a, b;
  const DeferredList<void> list({a, b}, {.consumeErrors = true});
  a.callback();
  b.errback(Boom("error"));
  const ListResult<void> result = valueOf<ListResult<void>>(list);
  EXPECT_FALSE(result.results[0].failed());
  EXPECT_TRUE(result.results[1].failed());
}

TEST_F(List, OfWhatHasNoEmptyValueMayConsumeErrors) {
  struct Stamped {
    explicit Stamped(int number) : stamp(number) {}
    int stamp;
  };
  const auto a = fail<Stamped>(Boom("error"));
  const DeferredList<Stamped> list({a}, {.consumeErrors = true});
  EXPECT_EQ(valueOf<ListResult<Stamped>>(list).results[0].failure().message(), "error");
  EXPECT_TRUE(failureOf(a).check<ResultTakenError>());
}

TEST_F(List, GetsItsMembersResultsThoughNobodyElseHoldsIt) {
  const Deferred<int> a;
  DeferredList<int>({a}).addCallback(
      [this](const ListResult<int>& list) { seen_.push_back(said(list)); });
  a.callback(7);
  EXPECT_EQ(seen_, Seen{"7"});
}

TEST_F(List, IsADeferredLikeAnyOther) {
  const Deferred<int> a;
  const Deferred<ListResult<int>> outer =
      succeed().addCallback([&] { return Deferred<ListResult<int>>(DeferredList<int>({a})); });
  a.callback(7);
  EXPECT_EQ(said(valueOf(outer)), "7");
}

TEST_F(List, TellsWhereItWasMadeIfItsErrorIsUnhandled) {
  UnhandledErrors unhandled;
  const ListOptions options = {.fireOnOneErrback = true, .consumeErrors = true};
  const unsigned line = SourceLocation::current().line() + 1;
  { const DeferredList<int> list({fail<int>(Boom("error"))}, options); }
  EXPECT_EQ(unhandled.messages, Seen{"number 0 of the list failed: error"});
  ASSERT_EQ(unhandled.places.size(), 1U);
  EXPECT_EQ(unhandled.places[0].line(), line);
}

TEST_F(List, LeavesTheErrorOfAMemberUnhandled) {
  UnhandledErrors unhandled;
  { const DeferredList<int> list({fail<int>(Boom("error"))}); }
  EXPECT_EQ(unhandled.messages, Seen{"error"});
}

// ---- how it is cancelled ------------------------------------------------------------------------

using ListCancel = DeferredTest;

TEST_F(ListCancel, CancelsAllMembersAndFiresWhenTheyDo) {
  const Deferred<int> a(note("a"));
  const Deferred<int> b(note("b"));
  const DeferredList<int> list({a, b}, {.consumeErrors = true});
  list.cancel();
  EXPECT_EQ(seen_, (Seen{"a", "b"}));
  EXPECT_EQ(said(valueOf<ListResult<int>>(list)), "cancelled cancelled");
}

TEST_F(ListCancel, GoesOnIfACancellerThrowsAndDoesNotFireByItself) {
  const Deferred<int> a([] { throw Boom("not now"); });
  const Deferred<int> b;
  const DeferredList<int> list({a, b}, {.consumeErrors = true});
  std::string seen;
  list.addCallback([&](const ListResult<int>& result) { seen = said(result); });
  list.cancel();
  EXPECT_EQ(seen, "");
  a.callback(7);
  EXPECT_EQ(seen, "7 cancelled");
}

TEST_F(ListCancel, CancelsAllMembersThoughItFiresOnTheWay) {
  const Deferred<int> a(note("a"));
  const Deferred<int> b(note("b"));
  const DeferredList<int> list({a, b}, {.fireOnOneErrback = true, .consumeErrors = true});
  list.cancel();
  EXPECT_EQ(seen_, (Seen{"a", "b"}));
  EXPECT_EQ(failureOf<ListResult<int>>(list).get<FirstError>()->index, 0U);
}

TEST_F(ListCancel, DoesNothingIfItHasFired) {
  const Deferred<int> a, b;
  const DeferredList<int> list({a, b}, {.fireOnOneCallback = true});
  a.callback(1);
  list.cancel();
  b.callback(2);
  EXPECT_EQ(valueOf(b), 2);
}

TEST_F(ListCancel, DoesNothingIfItHasFiredAndWaits) {
  Deferred<ListResult<int>> inner;
  const DeferredList<int> list({});
  list.addCallback([&](const ListResult<int>&) { return inner; });
  list.cancel();
  inner.callback(ListResult<int>());
  EXPECT_TRUE(valueOf<ListResult<int>>(list).results.empty());
}

TEST_F(ListCancel, ComesFromTheOneThatWaitsForTheList) {
  const Deferred<int> a;
  const Deferred<std::vector<int>> outer =
      succeed().addCallback([&] { return gatherResults(std::vector{a}, true); });
  outer.cancel();
  EXPECT_TRUE(failureOf(outer).get<FirstError>()->cause.check<CancelledError>());
}

TEST_F(ListCancel, PassesByMembersThatAreGone) {
  std::vector<Deferred<int>> members(2);
  const DeferredList<int> list(members, {.fireOnOneCallback = true});
  members.erase(members.begin());
  list.cancel();
  EXPECT_TRUE(failureOf(members[0]).check<CancelledError>());
}

// ---- gatherResults ------------------------------------------------------------------------------

using Gather = DeferredTest;

TEST_F(Gather, GivesTheValuesInOrder) {
  const Deferred<int> a, b;
  const Deferred<std::vector<int>> all = gatherResults(std::vector{a, b});
  b.callback(2);
  a.callback(1);
  EXPECT_EQ(valueOf(all), (std::vector{1, 2}));
}

TEST_F(Gather, OfNoneGivesNoneAtOnce) {
  EXPECT_EQ(valueOf(gatherResults(std::vector<Deferred<int>>())), std::vector<int>());
}

TEST_F(Gather, FailsWithTheFirstErrorAndDoesNotWait) {
  const Deferred<int> a, b;
  const Deferred<std::vector<int>> all = gatherResults(std::vector{a, b});
  b.errback(Boom("error"));
  EXPECT_EQ(failureOf(all).get<FirstError>()->index, 1U);
  EXPECT_EQ(errorOf(b), "error");
}

TEST_F(Gather, MayConsumeTheErrors) {
  const Deferred<int> a;
  const auto all = gatherResults(std::vector{a}, true);
  a.errback(Boom("error"));
  EXPECT_EQ(errorOf(all), "number 0 of the list failed: error");
}

TEST_F(Gather, TakesMoveOnlyValuesAndNothings) {
  const Deferred<Owned> owned;
  const auto values = gatherResults(std::vector{owned});
  owned.callback(std::make_unique<int>(7));
  EXPECT_EQ(*valueOf(values)[0], 7);
  EXPECT_EQ(valueOf(gatherResults(std::vector{succeed(), succeed()})).size(), 2U);
}

TEST_F(Gather, TellsWhereItWasCalledIfItsErrorIsUnhandled) {
  UnhandledErrors unhandled;
  const std::vector members = {fail<int>(Boom("error"))};
  const unsigned line = SourceLocation::current().line() + 1;
  gatherResults(members, true);
  ASSERT_EQ(unhandled.places.size(), 1U);
  EXPECT_EQ(std::string_view(unhandled.places[0].file_name()), __FILE__);
  EXPECT_EQ(unhandled.places[0].line(), line);
}

// ---- gatherResults of different types -----------------------------------------------------------

using GatherTuple = DeferredTest;

TEST_F(GatherTuple, GivesTheValuesOfUnlikeTypes) {
  const Deferred<int> number;
  const Deferred<std::string> text;
  const Deferred<void> nothing;
  const Deferred<Owned> owned;
  auto all = gatherResults(number, text, nothing, owned);
  owned.callback(std::make_unique<int>(7));
  nothing.callback();
  text.callback("text");
  number.callback(1);
  const auto [one, two, three, four] = valueOf(all);
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, "text");
  EXPECT_EQ(*four, 7);
  EXPECT_EQ(valueOf(text), "text");
  EXPECT_EQ(valueOf(owned), nullptr);
}

TEST_F(GatherTuple, OfNoneFiresAtOnce) {
  EXPECT_TRUE(resultOf(gatherResults()));
}

TEST_F(GatherTuple, FailsWithTheFirstError) {
  const Deferred<int> number;
  const Deferred<std::string> text;
  const auto all = gatherResults(number, text);
  text.errback(Boom("error"));
  number.errback(Boom("later"));
  const Failure failure = failureOf(all);
  EXPECT_EQ(failure.get<FirstError>()->index, 1U);
  EXPECT_EQ(failure.get<FirstError>()->cause.message(), "error");
  EXPECT_EQ(errorOf(number), "later");
  EXPECT_EQ(errorOf(text), "error");
}

TEST_F(GatherTuple, MayHaveTheSameMemberTwice) {
  const Deferred<int> a;
  const auto all = gatherResults(a, a);
  a.callback(7);
  EXPECT_EQ(valueOf(all), std::tuple(7, 7));
}

TEST_F(GatherTuple, IsCancelledByCancellingItsMembers) {
  const Deferred<int> number(note("number"));
  const Deferred<std::string> text(note("text"));
  const auto all = gatherResults(number, text);
  all.cancel();
  EXPECT_EQ(seen_, (Seen{"number", "text"}));
  EXPECT_TRUE(failureOf(all).get<FirstError>()->cause.check<CancelledError>());
  EXPECT_TRUE(failureOf(number).check<CancelledError>());
  EXPECT_TRUE(failureOf(text).check<CancelledError>());
}

}  // namespace
}  // namespace poetry::testing
