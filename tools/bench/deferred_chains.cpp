#include "deferred_chains.h"

#include <coroutine>
#include <cstdlib>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "deferred/coroutine.h"
#include "deferred/deferred.h"

namespace {

std::size_t theAllocations = 0;
std::size_t theBytes = 0;

void* allocate(std::size_t size) {
  ++theAllocations;
  theBytes += size;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// This program's own, for the count.
void* operator new(std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace poetry {

namespace {

struct Boom : std::runtime_error {
  Boom() : std::runtime_error("boom") {}
};

// Runs `body` so many times.
template <typename Body>
std::function<void(int)> repeated(Body body) {
  return [body](int times) {
    for (int i = 0; i < times; ++i) body(i);
  };
}

// ---- Deferred -----------------------------------------------------------------------------------

void values(int start) {
  const Deferred<int> d;
  int sum = 0;
  for (int i = 0; i < kLinks; ++i) {
    d.addCallback([&sum](int value) {
      sum += value;
      return value + 1;
    });
  }
  d.callback(start);
  consume(sum);
}

void strings(int) {
  const Deferred<std::string> d;
  for (int i = 0; i < kLinks; ++i) {
    d.addCallback([](std::string verse) { return verse; });
  }
  d.callback("burning bright");
  consume(d);
}

// An error that goes past all functions but the last.
void errorsPassingBy(int) {
  const Deferred<int> d;
  for (int i = 1; i < kLinks; ++i) d.addCallback([](int value) { return value + 1; });
  d.addErrback([](const Failure&) { return 0; });
  d.errback(Boom());
  consume(d);
}

// An error that every function sees and hands on.
void errorsHandedOn(int) {
  const Deferred<int> d;
  for (int i = 1; i < kLinks; ++i) d.addErrback([](Failure failure) { return failure; });
  d.addErrback([](const Failure&) { return 0; });
  d.errback(Boom());
  consume(d);
}

void thrown(int) {
  const Deferred<int> d;
  d.addCallback([](int) -> int { throw Boom(); });
  for (int i = 2; i < kLinks; ++i) d.addCallback([](int value) { return value + 1; });
  d.addErrback([](const Failure&) { return 0; });
  d.callback(1);
  consume(d);
}

void returnedFired(int start) {
  const Deferred<int> d;
  for (int i = 0; i < kLinks; ++i) {
    d.addCallback([](int value) { return succeed(value + 1); });
  }
  d.callback(start);
  consume(d);
}

void returnedFiredLater(int start) {
  const Deferred<int> d;
  Deferred<int> inner[kLinks];
  for (const Deferred<int>& one : inner) {
    d.addCallback([&one](int) { return one; });
  }
  d.callback(start);
  for (const Deferred<int>& one : inner) one.callback(start);
  consume(d);
}

// ---- coroutines over Deferred -------------------------------------------------------------------

Deferred<int> awaitAll(const Deferred<int>* all, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await all[i];
  co_return sum;
}

void awaited(int start) {
  const Deferred<int> all[kLinks];
  const Deferred<int> sum = awaitAll(all, kLinks);
  for (const Deferred<int>& one : all) one.callback(start);
  consume(sum);
}

void awaitedFired(int start) {
  const Deferred<int> all[kLinks];
  for (const Deferred<int>& one : all) one.callback(start);
  const Deferred<int> sum = awaitAll(all, kLinks);
  consume(sum);
}

// The Deferreds that `awaited` makes and fires, without anybody who waits: to be subtracted.
void notAwaited(int start) {
  const Deferred<int> all[kLinks];
  for (const Deferred<int>& one : all) {
    one.addBoth([](Result<int> result) { return result; });
    one.callback(start);
  }
}

// ---- for scale: the vectors know beforehand how many there will be
// -------------------------------

int plusOne(int value) {
  consume(value);
  return value + 1;
}

void functionPointers(int value) {
  std::vector<int (*)(int)> chain;
  chain.reserve(kLinks);
  for (int i = 0; i < kLinks; ++i) chain.push_back(plusOne);
  for (const auto& function : chain) value = function(value);
  consume(value);
}

void functions(int value) {
  std::vector<std::function<int(int)>> chain;
  chain.reserve(kLinks);
  for (int i = 0; i < kLinks; ++i) {
    chain.emplace_back([i](int given) { return given + i; });
  }
  for (const auto& function : chain) value = function(value);
  consume(value);
}

void pairs(int value) {
  using Pair = std::pair<std::function<int(int)>, std::function<int(const Failure&)>>;
  std::vector<Pair> chain;
  chain.reserve(kLinks);
  for (int i = 0; i < kLinks; ++i) {
    chain.emplace_back([i](int given) { return given + i; }, [](const Failure&) { return 0; });
  }
  for (const Pair& pair : chain) value = pair.first(value);
  consume(value);
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

void nodes(int value) {
  std::unique_ptr<Node> first;
  std::unique_ptr<Node>* last = &first;
  for (int i = 0; i < kLinks; ++i) {
    *last = std::make_unique<Adder>(i);
    last = &(*last)->next;
  }
  for (Node* node = first.get(); node != nullptr; node = node->next.get())
    value = node->call(value);
  consume(value);
}

// Each hands its value to the next one's promise. Nobody waits: that is all std::future has.
void futures(int value) {
  std::promise<int> promises[kLinks];
  std::future<int> results[kLinks];
  for (int i = 0; i < kLinks; ++i) results[i] = promises[i].get_future();
  for (int i = 0; i < kLinks; ++i) {
    promises[i].set_value(value);
    value = results[i].get() + 1;
  }
  consume(value);
}

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

void handmade(int value) {
  const Handmade running = addAll(value);
  for (int i = 0; i < kLinks; ++i) running.coroutine.resume();
  consume(value);
}

}  // namespace

std::vector<Chain> allChains() {
  return {{"`Deferred`, values", repeated(values)},
          {"`Deferred`, strings", repeated(strings)},
          {"`Deferred`, an error passes by", repeated(errorsPassingBy)},
          {"`Deferred`, an error is handed on", repeated(errorsHandedOn)},
          {"`Deferred`, one function throws", repeated(thrown)},
          {"`Deferred`, each returns one that has fired", repeated(returnedFired)},
          {"`Deferred`, each returns one that fires later", repeated(returnedFiredLater)},
          {"`co_await`, of one that fires later", repeated(awaited)},
          {"the same Deferreds with a callback instead", repeated(notAwaited)},
          {"`co_await`, of one that has fired", repeated(awaitedFired)},
          {"function pointers in a vector", repeated(functionPointers)},
          {"`std::function` in a vector", repeated(functions)},
          {"pairs of `std::function` in a vector", repeated(pairs)},
          {"an object on the heap for each", repeated(nodes)},
          {"a C++20 coroutine by hand", repeated(handmade)},
          {"`std::promise` and `std::future`", repeated(futures)}};
}

std::size_t allocations() {
  return theAllocations;
}

double bytesPerPendingDeferred() {
  const std::size_t before = theBytes;
  int called = 0;
  const Deferred<int> pending;
  pending.addCallback([&called](int) { ++called; });
  return static_cast<double>(theBytes - before);
}

}  // namespace poetry
