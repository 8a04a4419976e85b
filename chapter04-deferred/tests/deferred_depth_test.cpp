// Long chains must not need a deep stack: all of this happens in a thread that has a small one.

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "deferred/deferred.h"
#include "tests/support/deferred_results.h"

namespace poetry::testing {
namespace {

constexpr int kMillion = 1'000'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif
// A sanitizer needs room of its own. A call inside a call, a million times, would need far more.
constexpr std::size_t kStack = (kSanitized ? 1024 : 256) * std::size_t{1024};

// Calls `body` in a thread with a small stack, and waits for it.
void onSmallStack(std::function<void()> body) {
  pthread_attr_t attributes;
  ASSERT_EQ(::pthread_attr_init(&attributes), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&attributes, kStack), 0);
  const auto start = [](void* function) -> void* {
    (*static_cast<std::function<void()>*>(function))();
    return nullptr;
  };
  pthread_t thread{};
  ASSERT_EQ(::pthread_create(&thread, &attributes, start, &body), 0);
  ASSERT_EQ(::pthread_join(thread, nullptr), 0);
  ::pthread_attr_destroy(&attributes);
}

using Depth = DeferredTest;

// ---- one long chain -----------------------------------------------------------------------------

void addMillion(const Deferred<int>& d) {
  for (int i = 0; i < kMillion; ++i) d.addCallback([](int value) { return value + 1; });
}

TEST_F(Depth, OfAChainIsNotThatOfTheStackWhenItFires) {
  onSmallStack([] {
    const Deferred<int> d;
    addMillion(d);
    d.callback(0);
    EXPECT_EQ(valueOf(d), kMillion);
  });
}

TEST_F(Depth, OfAChainIsNotThatOfTheStackWhenItIsCancelled) {
  onSmallStack([] {
    const Deferred<int> d;
    addMillion(d);
    d.cancel();
    EXPECT_TRUE(failureOf(d).check<CancelledError>());
  });
}

TEST_F(Depth, OfAChainIsNotThatOfTheStackWhenItIsDropped) {
  onSmallStack([] { addMillion(Deferred<int>()); });
}

// ---- many that wait for each other --------------------------------------------------------------

// The first waits for the second, that for the third, and so on; the last has not fired.
std::vector<Deferred<int>> waitingForEachOther() {
  std::vector<Deferred<int>> waiting = {Deferred<int>()};
  while (waiting.size() < kMillion) {
    waiting.push_back(succeed().addCallback([inner = waiting.back()] { return inner; }));
  }
  return {waiting.rbegin(), waiting.rend()};
}

TEST_F(Depth, OfThoseWhoWaitIsNotThatOfTheStackWhenTheyFire) {
  onSmallStack([] {
    const auto waiting = waitingForEachOther();
    for (const auto& d : waiting) d.addCallback([](int value) { return value + 1; });
    waiting.back().callback(6);
    EXPECT_EQ(valueOf(waiting.front()), 7);
    EXPECT_EQ(valueOf(waiting.back()), 1);
  });
}

TEST_F(Depth, OfThoseWhoWaitIsNotThatOfTheStackWhenTheyFireAndNobodyHoldsThem) {
  onSmallStack([] {
    auto waiting = waitingForEachOther();
    const Deferred<int> outer = waiting.front();
    const Deferred<int> innermost = waiting.back();
    waiting.clear();
    innermost.callback(7);
    EXPECT_EQ(valueOf(outer), 7);
  });
}

TEST_F(Depth, OfThoseWhoWaitIsNotThatOfTheStackWhenTheOuterOneIsCancelled) {
  onSmallStack([] {
    const auto waiting = waitingForEachOther();
    waiting.front().cancel();
    EXPECT_TRUE(failureOf(waiting.front()).check<CancelledError>());
  });
}

TEST_F(Depth, OfThoseWhoWaitIsNotThatOfTheStackWhenTheyAreDropped) {
  onSmallStack([] {
    auto waiting = waitingForEachOther();
    const Deferred<int> innermost = waiting.back();
    waiting.clear();
  });
}

TEST_F(Depth, OfThoseWhoOwnEachOtherIsNotThatOfTheStackWhenTheyAreDropped) {
  onSmallStack([] {
    Deferred<int> last;
    for (int i = 0; i < kMillion; ++i) {
      Deferred<int> next;
      next.addCallback([owned = std::move(last)](int value) { return value; });
      last = std::move(next);
    }
  });
}

TEST_F(Depth, OfThoseWhoHaveFiredIsNotThatOfTheStack) {
  onSmallStack([] {
    Deferred<int> last = succeed(7);
    for (int i = 0; i < 100'000; ++i) {
      last = succeed().addCallback([inner = std::move(last)] { return inner; });
    }
    EXPECT_EQ(valueOf(last), 7);
  });
}

TEST_F(Depth, OfThoseWhoFireEachOtherBackwardsIsNotThatOfTheStack) {
  // Each waits for one that has its result already, but is paused.
  onSmallStack([] {
    const Deferred<int> first = succeed(7);
    first.pause();
    Deferred<int> last = first;
    for (int i = 0; i < 100'000; ++i) last = succeed().addCallback([last] { return last; });
    first.unpause();
    EXPECT_EQ(valueOf(last), 7);
  });
}

}  // namespace
}  // namespace poetry::testing
