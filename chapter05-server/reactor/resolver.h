#pragma once

#include <functional>
#include <variant>
#include <vector>

#include "common/address.h"
#include "reactor/failure.h"

namespace poetry {

// How the addresses of a host are looked up without blocking the loop. The reactor owns it, and is
// the only one to call it. getaddrinfo alone will not do: it may take minutes, and cannot be
// interrupted.
class Resolver {
 public:
  using Found = std::variant<std::vector<Endpoint>, Failure>;
  using Answer = std::function<void(const Found&)>;

  virtual ~Resolver() = default;

  // Looks `server` up, and calls `answer`, once, from any thread. If the reactor has gone by then,
  // the answer does nothing.
  virtual void lookUp(const Address& server, Answer answer) = 0;
};

}  // namespace poetry
