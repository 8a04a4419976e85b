#pragma once

#include <memory>

#include "common/address.h"

namespace poetry::testing {

// A name server for tests, on a port of its own, in a thread of its own. It knows
//
//   two-addresses.test   ::1 and 127.0.0.1
//   slow.test            something, but it never says what
//
// and says of all others that there is no such name.
class NameServer {
 public:
  NameServer();
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  const Address& address() const;

 private:
  class World;
  std::unique_ptr<World> world_;
};

}  // namespace poetry::testing
