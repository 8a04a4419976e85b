#pragma once

#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace poetry {

// What went wrong, as a value: an exception that is passed on by hand, because the one who wants to
// know is not on the stack any more. After Twisted's Failure.
//
// Copies are cheap: they share the exception, which nobody changes.
class Failure {
 public:
  // A failure that nobody had to throw: Failure::of(ConnectionDone()).
  template <std::derived_from<std::exception> Error>
  static Failure of(Error error) {
    return Failure(std::make_shared<Value<Error>>(std::move(error)));
  }

  // The exception that is being handled. To be called in a catch block.
  static Failure current();

  // What the exception says of itself.
  std::string message() const;

  // Is it an Error, or something derived from it? Costs no throw.
  template <std::derived_from<std::exception> Error>
  bool check() const {
    return dynamic_cast<const Error*>(held_->error()) != nullptr;
  }

  // Throws it.
  [[noreturn]] void raise() const;

 private:
  struct Held {
    virtual ~Held() = default;
    virtual const std::exception* error() const = 0;  // null: something else was thrown
    virtual void raise() const = 0;                   // does not return
  };

  template <typename Error>
  struct Value : Held {
    explicit Value(Error error) : error_(std::move(error)) {}
    const std::exception* error() const override { return &error_; }
    void raise() const override { throw error_; }
    Error error_;
  };

  struct Caught;

  explicit Failure(std::shared_ptr<const Held> held) : held_(std::move(held)) {}

  std::shared_ptr<const Held> held_;
};

}  // namespace poetry
