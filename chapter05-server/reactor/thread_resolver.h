#pragma once

#include "reactor/resolver.h"

namespace poetry {

// Asks getaddrinfo, which may block, in a thread for each name. The thread holds on to the answer
// and to nothing else of ours: we never wait for it, and it may outlive the reactor.
class ThreadResolver final : public Resolver {
 public:
  void lookUp(const Address& server, Answer answer) override;
};

}  // namespace poetry
