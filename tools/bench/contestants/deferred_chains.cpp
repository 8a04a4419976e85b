// deferred-chains: what ten functions cost in a chain that is built, fired and destroyed, on Google
// Benchmark. An iteration is a chain. Its allocations are a counter, and the bytes of a Deferred
// that waits with one callback are in the results' context. (--quick: to see that all works.)

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <functional>
#include <future>
#include <vector>

#include "deferred/coroutine.h"
#include "deferred/deferred.h"

static std::size_t theAllocations = 0;
static std::size_t theBytes = 0;

[[maybe_unused]] static void* allocate(std::size_t size) {
  ++theAllocations;
  theBytes += size;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

// This program's own, for the count.
#ifndef __clang_analyzer__  // which would miss where Google Benchmark frees
void* operator new(std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace poetry {

using benchmark::DoNotOptimize;

int boostFutures(int value, int links);  // in deferred_boost.cpp

namespace {

constexpr int kLinks = 10;  // functions in a chain

struct Boom : std::runtime_error {
  Boom() : std::runtime_error("boom") {}
};

int plusOne(int value) {
  DoNotOptimize(value);
  return value + 1;
}

Deferred<int> awaitAll(const Deferred<int>* all) {
  int sum = 0;
  for (int i = 0; i < kLinks; ++i) sum += co_await Deferred<int>(all[i]);
  co_return sum;
}

struct Node {
  virtual ~Node() = default;
  virtual int call(int value) = 0;
  std::unique_ptr<Node> next;
};

struct Adder final : Node {
  explicit Adder(int what) : plus(what) {}
  int call(int value) override { return value + plus; }
  int plus;
};

// A coroutine by hand: stops, and goes on when it is told.
struct Handmade {
  struct promise_type {
    Handmade get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> coroutine;
};

Handmade addAll(int& sum) {
  for (int i = 0; i < kLinks; ++i) {
    co_await std::suspend_always();
    ++sum;
  }
}

const auto addOne = [](int value) { return value + 1; };
const auto handle = [](const Failure&) { return 0; };

void measure(benchmark::State& state, void (*run)(int)) {
  run(1);  // what is allocated once, the first time, does not count
  const std::size_t before = theAllocations;
  run(1);
  const auto allocations = static_cast<double>(theAllocations - before);
  int start = 0;
  for ([[maybe_unused]] auto once : state) run(start++);
  state.counters["allocations"] = allocations;
}

int iterations = 20'000;

void enter(const char* name, void (*run)(int start)) {
  benchmark::RegisterBenchmark(name, measure, run)->Iterations(iterations);
}

void enterDeferred() {
  enter("`Deferred`, values", [](int start) {
    Deferred<int> d;
    int sum = 0;
    for (int i = 0; i < kLinks; ++i) {
      d.addCallback([&sum](int value) {
        sum += value;
        return value + 1;
      });
    }
    d.callback(start);
    DoNotOptimize(sum);
  });
  enter("`Deferred`, strings", [](int) {
    Deferred<std::string> d;
    for (int i = 0; i < kLinks; ++i) d.addCallback([](std::string verse) { return verse; });
    d.callback("burning bright");
    DoNotOptimize(d);
  });
  enter("`Deferred`, an error passes by", [](int) {
    Deferred<int> d;
    for (int i = 1; i < kLinks; ++i) d.addCallback(addOne);
    d.addErrback(handle);
    d.errback(Boom());
    DoNotOptimize(d);
  });
  enter("`Deferred`, an error is handed on", [](int) {
    Deferred<int> d;
    for (int i = 1; i < kLinks; ++i) d.addErrback([](Failure failure) { return failure; });
    d.addErrback(handle);
    d.errback(Boom());
    DoNotOptimize(d);
  });
  enter("`Deferred`, one function throws", [](int) {
    Deferred<int> d;
    d.addCallback([](int) -> int { throw Boom(); });
    for (int i = 2; i < kLinks; ++i) d.addCallback(addOne);
    d.addErrback(handle);
    d.callback(1);
    DoNotOptimize(d);
  });
  enter("`Deferred`, each returns one that has fired", [](int start) {
    Deferred<int> d;
    for (int i = 0; i < kLinks; ++i) d.addCallback([](int value) { return succeed(value + 1); });
    d.callback(start);
    DoNotOptimize(d);
  });
  enter("`Deferred`, each returns one that fires later", [](int start) {
    Deferred<int> d;
    Deferred<int> inner[kLinks];
    for (const Deferred<int>& one : inner) d.addCallback([&one](int) { return one; });
    d.callback(start);
    for (const Deferred<int>& one : inner) one.callback(start);
    DoNotOptimize(d);
  });
}

void enterCoroutines() {
  enter("`co_await`, of one that fires later", [](int start) {
    const Deferred<int> all[kLinks];
    Deferred<int> sum = awaitAll(all);
    for (const Deferred<int>& one : all) one.callback(start);
    DoNotOptimize(sum);
  });
  // The Deferreds that were just made and fired, but nothing waits for them: to be subtracted.
  enter("the same Deferreds with a callback instead", [](int start) {
    const Deferred<int> all[kLinks];
    for (const Deferred<int>& one : all) {
      one.addBoth([](Result<int> result) { return result; });
      one.callback(start);
    }
  });
  enter("`co_await`, of one that has fired", [](int start) {
    const Deferred<int> all[kLinks];
    for (const Deferred<int>& one : all) one.callback(start);
    Deferred<int> sum = awaitAll(all);
    DoNotOptimize(sum);
  });
}

// For scale.
void enterOthers() {
  // The vectors know beforehand how many there will be.
  enter("function pointers in a vector", [](int value) {
    std::vector<int (*)(int)> chain;
    chain.reserve(kLinks);
    for (int i = 0; i < kLinks; ++i) chain.push_back(plusOne);
    for (const auto& function : chain) value = function(value);
    DoNotOptimize(value);
  });
  enter("`std::function` in a vector", [](int value) {
    std::vector<std::function<int(int)>> chain;
    chain.reserve(kLinks);
    for (int i = 0; i < kLinks; ++i) chain.emplace_back([i](int given) { return given + i; });
    for (const auto& function : chain) value = function(value);
    DoNotOptimize(value);
  });
  enter("pairs of `std::function` in a vector", [](int value) {
    std::vector<std::pair<std::function<int(int)>, std::function<int(const Failure&)>>> chain;
    chain.reserve(kLinks);
    for (int i = 0; i < kLinks; ++i) {
      chain.emplace_back([i](int given) { return given + i; }, [](const Failure&) { return 0; });
    }
    for (const auto& pair : chain) value = pair.first(value);
    DoNotOptimize(value);
  });
  enter("an object on the heap for each", [](int value) {
    std::unique_ptr<Node> first;
    std::unique_ptr<Node>* last = &first;
    for (int i = 0; i < kLinks; ++i) {
      *last = std::make_unique<Adder>(i);
      last = &(*last)->next;
    }
    for (Node* node = first.get(); node != nullptr; node = node->next.get())
      value = node->call(value);
    DoNotOptimize(value);
  });
  enter("a C++20 coroutine by hand", [](int value) {
    const Handmade running = addAll(value);
    for (int i = 0; i < kLinks; ++i) running.coroutine.resume();
    DoNotOptimize(value);
  });
  // Each hands its value to the next one's promise: std::future has no callbacks.
  enter("`std::promise` and `std::future`", [](int value) {
    std::promise<int> promises[kLinks];
    std::future<int> results[kLinks];
    for (int i = 0; i < kLinks; ++i) results[i] = promises[i].get_future();
    for (int i = 0; i < kLinks; ++i) {
      promises[i].set_value(value);
      value = results[i].get() + 1;
    }
    DoNotOptimize(value);
  });
#ifdef LAB_HAVE_BOOST
  enter("`boost::future`, `then`", [](int value) { DoNotOptimize(boostFutures(value, kLinks)); });
#endif
}

std::size_t bytesPerPendingDeferred() {
  const std::size_t before = theBytes;
  int called = 0;
  const Deferred<int> pending;
  pending.addCallback([&called](int) { ++called; });
  return theBytes - before;
}

}  // namespace
}  // namespace poetry

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bool quick = argc == 2 && argv[1] == std::string_view("--quick");
  if (!quick && benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (quick) poetry::iterations = 100;
  poetry::enterDeferred();
  poetry::enterCoroutines();
  poetry::enterOthers();
  benchmark::AddCustomContext("bytesPerPendingDeferred",
                              std::to_string(poetry::bytesPerPendingDeferred()));
  benchmark::RunSpecifiedBenchmarks();
}
