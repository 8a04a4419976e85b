#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "reactor/failure.h"

namespace poetry {

// The value of a Deferred<void>.
using Nothing = std::monostate;

// What is kept of a T.
template <typename T>
using Stored = std::conditional_t<std::is_void_v<T>, Nothing, T>;

// How something ended: with a value, or with a Failure. For code that wants to see both.
template <typename T>
class Result {
 public:
  Result() requires std::is_void_v<T> {}
  Result(Stored<T> value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}

  bool failed() const { return held_.index() == 1; }

  // The value. If there is none, throws what the Failure holds.
  Stored<T>& value() & {
    if (failed()) failure().raise();
    return *std::get_if<0>(&held_);
  }
  const Stored<T>& value() const& {
    if (failed()) failure().raise();
    return *std::get_if<0>(&held_);
  }
  Stored<T>&& value() && { return std::move(value()); }

  // Only if it failed.
  const Failure& failure() const { return *std::get_if<1>(&held_); }

  // Has it failed with one of these?
  template <typename... Errors>
  bool check() const {
    return failed() && failure().template check<Errors...>();
  }

 private:
  std::variant<Stored<T>, Failure> held_;
};

}  // namespace poetry
