#include "failure.h"

namespace poetry {

struct Failure::Caught : Held {
  Caught(std::exception_ptr pointer, const std::exception* error)
      : pointer_(std::move(pointer)), error_(error) {}
  const std::exception* error() const override { return error_; }
  void raise() const override { std::rethrow_exception(pointer_); }

  std::exception_ptr pointer_;
  const std::exception* error_;  // in what `pointer_` keeps alive
};

Failure Failure::current() {
  const std::exception_ptr pointer = std::current_exception();
  try {
    std::rethrow_exception(pointer);
  } catch (const std::exception& error) {
    return Failure(std::make_shared<Caught>(pointer, &error));
  } catch (...) {
    return Failure(std::make_shared<Caught>(pointer, nullptr));
  }
}

void Failure::raise() const {
  held_->raise();
  std::terminate();  // for the compiler, which does not know that we are not coming here
}

std::string Failure::message() const {
  const std::exception* error = held_->error();
  return error != nullptr ? error->what() : "something that is no std::exception";
}

}  // namespace poetry
