#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "deferred/deferred.h"

// What tests ask of a Deferred.

namespace poetry::testing {

// The result that is there right now, or nothing. The handle is spent by it.
template <typename T>
std::optional<Result<T>> resultOf(const Deferred<T>& deferred) {
  std::optional<Result<T>> seen;
  const auto looking = std::make_shared<bool>(true);
  deferred.addBoth([&seen, looking](Result<T> result) {
    if (*looking) seen.emplace(std::move(result));
  });
  *looking = false;  // what comes later is not for us
  return seen;
}

// The value that is there right now. Throws if there is none.
template <typename T>
Stored<T> valueOf(const Deferred<T>& deferred) {
  return std::move(resultOf(deferred).value()).value();
}

// The failure that is there right now. Throws if there is none.
template <typename T>
Failure failureOf(const Deferred<T>& deferred) {
  const Result<T> result = resultOf(deferred).value();
  return result.failed() ? result.failure() : throw std::logic_error("it has a value");
}

template <typename T>
std::string errorOf(const Deferred<T>& deferred) {
  return failureOf(deferred).message();
}

// While it lives, it is told of unhandled errors.
class UnhandledErrors {
 public:
  UnhandledErrors() {
    old_ = setUnhandledErrorHook([this](const Failure& failure, const SourceLocation& made) {
      messages.push_back(failure.message());
      places.push_back(made);
    });
  }
  UnhandledErrors(const UnhandledErrors&) = delete;
  UnhandledErrors& operator=(const UnhandledErrors&) = delete;
  ~UnhandledErrors() { setUnhandledErrorHook(std::move(old_)); }

  std::vector<std::string> messages;
  std::vector<SourceLocation> places;

 private:
  UnhandledErrorHook old_;
};

// A test that writes down what it sees, and leaves no unhandled error behind.
class DeferredTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(unhandled_.messages, std::vector<std::string>()); }

  // A callback, errback or canceller that does nothing but write down that it was called.
  auto note(std::string what) {
    return [this, what = std::move(what)](auto&&... result) {
      seen_.push_back(what);
      return (..., std::forward<decltype(result)>(result));
    };
  }

  std::vector<std::string> seen_;
  UnhandledErrors unhandled_;
};

// What a test has seen.
using Seen = std::vector<std::string>;

using Boom = std::runtime_error;

}  // namespace poetry::testing
