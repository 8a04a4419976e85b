#pragma once

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "common/address.h"
#include "reactor/failure.h"
#include "reactor/mailbox.h"

namespace poetry {

// How the addresses of a host are looked up without blocking the loop. The reactor owns it, and is
// the only one to call it. getaddrinfo alone will not do: it may take minutes, and cannot be
// interrupted.
class Resolver {
 public:
  using Found = std::variant<std::vector<Endpoint>, Failure>;
  using Answer = std::function<void(Found)>;

  virtual ~Resolver() = default;

  // Looks `server` up. Posts one letter to `mailbox`, which calls `answer`: later, in the loop. A
  // resolver that goes, or a mailbox that is closed, forgets it.
  virtual void lookUp(const Address& server, Answer answer,
                      const std::shared_ptr<Mailbox>& mailbox) = 0;
};

}  // namespace poetry
