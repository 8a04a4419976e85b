#include "reactor/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "reactor/errors.h"
#include "tests/support/clock.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

TEST(TimerQueue, KeepsItsOrderThroughAnyMixOfCallsCancelsAndResets) {
  // Against a plain list, which is slow and plainly right.
  struct Expected {
    int name;
    Duration when;
    int order;
  };
  std::mt19937 random(20261123);
  Clock clock;
  std::vector<DelayedCall> calls;
  std::vector<Expected> expected;
  std::vector<int> made;
  int order = 0;
  for (int step = 0; step < 20'000; ++step) {
    const Duration delay = std::chrono::milliseconds(random() % 500);
    const auto what = random() % 10;
    const auto name = static_cast<int>(calls.size());
    if (what < 6 || expected.empty()) {
      calls.push_back(clock.callLater(delay, [&made, name] { made.push_back(name); }));
      expected.push_back({name, clock.elapsed() + delay, order++});
      continue;
    }
    const std::size_t victim = random() % expected.size();
    DelayedCall& call = calls[static_cast<std::size_t>(expected[victim].name)];
    if (what < 8) {
      call.cancel();
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(victim));
    } else {
      call.reset(delay);
      expected[victim].when = clock.elapsed() + delay;
      expected[victim].order = order++;
    }
  }
  clock.advance(1s);
  std::sort(expected.begin(), expected.end(), [](const Expected& a, const Expected& b) {
    return a.when != b.when ? a.when < b.when : a.order < b.order;
  });
  ASSERT_EQ(made.size(), expected.size());
  for (std::size_t i = 0; i < made.size(); ++i) ASSERT_EQ(made[i], expected[i].name) << i;
}

TEST(TimerQueue, LetsACallbackGoThatHoldsItsOwnHandle) {
  const auto held = std::make_shared<int>(1);
  Clock clock;
  const auto handle = std::make_shared<DelayedCall>();
  *handle = clock.callLater(1s, [handle, held] {});
  handle->cancel();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(TimerQueue, SaysSoWhenAHandleOfNoCallIsUsed) {
  DelayedCall call;
  EXPECT_FALSE(call.active());
  EXPECT_THROW(call.cancel(), AlreadyCancelled);
  EXPECT_THROW(call.reset(1s), AlreadyCancelled);
}

TEST(TimerQueue, SaysSoWhenAHandleIsUsedAfterItIsGone) {
  DelayedCall call;
  {
    Clock clock;
    call = clock.callLater(1s, [] {});
  }
  EXPECT_FALSE(call.active());
  EXPECT_THROW(call.cancel(), AlreadyCancelled);
}

}  // namespace
}  // namespace poetry::testing
