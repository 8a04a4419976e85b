#pragma once

#include <stdexcept>
#include <string>

namespace poetry {

// ---- what happens to connections ----------------------------------------------------------------

// The connection ended as it should: the other side closed it, or we did.
struct ConnectionDone : std::runtime_error {
  ConnectionDone() : std::runtime_error("the connection was closed cleanly") {}
};

// The connection broke, or was broken off. What had been received until then may not be all.
struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// There never was a connection.
struct ConnectError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// ... because nobody answered in time.
struct TimeoutError : ConnectError {
  using ConnectError::ConnectError;
};

// ---- mistakes of whoever uses a reactor ---------------------------------------------------------

struct ReactorAlreadyRunning : std::logic_error {
  using std::logic_error::logic_error;
};

struct ReactorNotRestartable : std::logic_error {
  using std::logic_error::logic_error;
};

struct ReactorNotRunning : std::logic_error {
  using std::logic_error::logic_error;
};

struct WrongThread : std::logic_error {
  using std::logic_error::logic_error;
};

// A DelayedCall that is over can not be cancelled or put off any more.
struct AlreadyCalled : std::logic_error {
  using std::logic_error::logic_error;
};

struct AlreadyCancelled : std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace poetry
