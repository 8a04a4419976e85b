// What a Deferred owns, and for how long.

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deferred/coroutine.h"
#include "deferred/deferred.h"
#include "deferred/deferred_list.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

// Has no default constructor, so no empty value.
struct Stamped {
  explicit Stamped(int number) : stamp(number) {}
  int stamp;
};

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

TEST_F(ResultTaken, LeavesNothingToReport) {
  Deferred<Stamped> d, other;
  d.chainDeferred(other);
  d.callback(7);
  const Deferred<Stamped> outer = succeed().addCallback([&] { return other; });
  outer.addCallback([](const Stamped&) {});
  // Both are left with nothing. The fixture checks that nothing is reported.
}

TEST_F(ResultTaken, IsAnErrorForAFunctionThatWantsAResultAndForNoOther) {
  Deferred<Stamped> d = succeed(Stamped(7));
  succeed().addCallback([&] { return d; }).addCallback([](const Stamped&) {});
  d.pause();
  d.addCallback([](const Stamped&) {});
  EXPECT_FALSE(d.takeUnhandledError());
  d.unpause();
  EXPECT_TRUE(d.takeUnhandledError()->check<ResultTakenError>());
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
  d.callback(std::vector<int>{});
  EXPECT_EQ(valueOf(d), expected);
}

TEST_F(Ownership, MayFailForACallbackThatCanNotBeCopied) {
  struct Large {
    Large() = default;
    Large(const Large&) { throw Boom("not this one"); }
    int operator()(int value) const { return value + padding[0]; }
    std::array<char, 200> padding{};
  };
  const Deferred<int> d;
  d.addCallback([](int value) { return value + 1; });
  const Large large;
  EXPECT_THROW(d.addCallback(large), Boom);
  const auto detour = [](const Large& moved) -> const Large& { return moved; };
  EXPECT_THROW(d.addCallback(detour(large)), Boom);
  d.callback(1);
  d.addCallback([](int value) { return value + 1; });
  EXPECT_EQ(valueOf(d), 3);
}

TEST_F(Ownership, OfACallbackIsNotLostIfALargeOneBeforeItFailedToCome) {
  struct Large : Pockets<100> {
    explicit Large(int& left) : Pockets(0), copiesLeft(left) {}
    Large(const Large& other) : Pockets(0), copiesLeft(other.copiesLeft) {
      if (copiesLeft-- == 0) throw Boom("broken on the way");
    }
    int& copiesLeft;
  };
  bool arrived = false;
  for (int copies = 0; !arrived; ++copies) {
    int left = copies;
    const Deferred<int> d;
    try {
      d.addCallback(Large(left));
      arrived = true;
    } catch (const Boom&) {
    }
    d.addCallback(Pockets<1000>(20));
    d.callback(300);
    EXPECT_EQ(valueOf(d), 320);
  }
}

// ---- a value that cannot be moved when it has to be ---------------------------------------------

struct Fragile {
  explicit Fragile(int* left) : movesLeft(left) {}
  Fragile(const Fragile&) = delete;
  // NOLINTNEXTLINE(performance-noexcept-move-constructor): that it throws is the point
  Fragile(Fragile&& other) : movesLeft(other.movesLeft) {
    if ((*movesLeft)-- == 0) throw Boom("broken on the way");
  }
  Fragile& operator=(Fragile&&) = delete;
  ~Fragile() = default;

  int* movesLeft;
};

// Sends one down a road that `lead` has laid, and lets it break at each of its steps in turn. Each
// time the road must come to an end, with the value or with the error, and not get stuck.
class Moving : public DeferredTest {
 protected:
  template <typename Lead>
  void expectNeverStuck(Lead lead) {
    bool arrived = false;
    for (int moves = 0; !arrived; ++moves) {
      ASSERT_LT(moves, 100);
      int left = moves;
      const Deferred<Fragile> d;
      const auto last = lead(d);
      std::optional<std::string> end;
      last.addCallbacks([&](const Fragile&) { end = "arrived"; },
                        [&](const Failure& failure) { end = failure.message(); });
      try {
        d.callback(&left);
      } catch (const Boom&) {
        d.errback(Boom("broken on the way"));
      }
      ASSERT_TRUE(end) << "stuck, with " << moves << " moves";
      arrived = end == "arrived";
      EXPECT_TRUE(arrived || end == "broken on the way") << *end;
    }
  }
};

TEST_F(Moving, MayFailOnTheWayIntoAFunction) {
  expectNeverStuck([](const auto& d) {
    return d.addBoth([](Result<Fragile> result) { return result; })
        .addCallback([](Fragile fragile) { return fragile; });
  });
}

TEST_F(Moving, MayFailOnTheWayToOneThatWaits) {
  expectNeverStuck([](const auto& d) { return succeed().addCallback([d] { return d; }); });
}

TEST_F(Moving, MayFailOnTheWayIntoAList) {
  expectNeverStuck([](const auto& d) {
    const DeferredList<Fragile> list({d}, {.consumeErrors = true});
    d.addCallbacks([](const Fragile&) {}, [](const Failure&) {});  // what is left to the member
    return list.addCallback(
        [](ListResult<Fragile> all) { return std::move(all.results.front()).value(); });
  });
}

TEST_F(Moving, MayFailOnTheWayIntoAndOutOfACoroutine) {
  expectNeverStuck([](const auto& d) {
    return [](Deferred<Fragile> awaited) -> Deferred<Fragile> {
      co_return co_await std::move(awaited);
    }(d);
  });
}

}  // namespace
}  // namespace poetry::testing
