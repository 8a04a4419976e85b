#pragma once

#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace poetry {

// What went wrong, as a value: an exception that is passed on by hand, because the code that wants
// to know is not on the stack any more. After Twisted's Failure.
//
// Copies are cheap: they share the exception, which never changes.
class Failure {
 public:
  // A failure that did not have to be thrown: Failure::of(ConnectionDone()).
  template <std::derived_from<std::exception> Error>
  static Failure of(Error error) {
    static_assert(!std::is_same_v<Error, std::exception>,
                  "this would cut off what the exception is: where it is caught, use current()");
    return Failure(std::make_shared<const Copied<Error>>(std::move(error)));
  }

  // The exception that is being handled. Call it in a catch block.
  static Failure current() {
    return Failure(std::make_shared<const Caught>(std::current_exception()));
  }

  // What the exception says about itself.
  std::string message() const {
    const std::exception* error = held_->error();
    return error != nullptr ? error->what() : "something that is no std::exception";
  }

  // The exception, if it is an Error or something derived from it; else null. Costs no throw.
  template <std::derived_from<std::exception> Error>
  const Error* get() const {
    return dynamic_cast<const Error*>(held_->error());
  }

  // Is it one of these?
  template <std::derived_from<std::exception>... Errors>
  bool check() const {
    return ((get<Errors>() != nullptr) || ...);
  }

  // For an errback that knows what to do about these, and about nothing else: throws all others.
  template <std::derived_from<std::exception>... Errors>
  void trap() const {
    if (!check<Errors...>()) raise();
  }

  // Throws it.
  [[noreturn]] void raise() const {
    held_->raise();
    std::terminate();  // for the compiler, which does not know that this is never reached
  }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual const std::exception* error() const = 0;  // null: something else was thrown
    virtual void raise() const = 0;                   // does not return
  };

  template <typename Error>
  struct Copied : Held {
    explicit Copied(Error error) : error_(std::move(error)) {}
    const std::exception* error() const override { return &error_; }
    void raise() const override { throw error_; }
    Error error_;
  };

  struct Caught : Held {
    explicit Caught(const std::exception_ptr& caught) : pointer_(caught), error_(pointee(caught)) {}
    const std::exception* error() const override { return error_; }
    void raise() const override { std::rethrow_exception(pointer_); }
    std::exception_ptr pointer_;
    const std::exception* error_;  // in what `pointer_` keeps alive
  };

  // A pointer of this kind shows what it points to only by throwing it.
  static const std::exception* pointee(const std::exception_ptr& pointer) {
    try {
      std::rethrow_exception(pointer);
    } catch (const std::exception& error) {
      return &error;
    } catch (...) {
      return nullptr;
    }
  }

  explicit Failure(std::shared_ptr<const Held> held) : held_(std::move(held)) {}

  std::shared_ptr<const Held> held_;
};

}  // namespace poetry
