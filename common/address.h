#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poetry {

inline constexpr const char* kLoopback = "127.0.0.1";

// Where a server is, as its user wrote it: a host (a name or a numeric address) and a TCP port.
struct Address {
  std::string host = kLoopback;
  std::uint16_t port = 0;
};

// "127.0.0.1:10000", or "[::1]:10000" where the host has colons of its own.
std::string toString(const Address& address);

// Reads `port`, `:port`, `host:port` or `[::1]:port`; the host is the loopback when left out.
// Throws std::invalid_argument with a message that quotes the text.
Address parseAddress(std::string_view text);

// Reads a TCP port, 0 to 65535. Throws std::invalid_argument.
std::uint16_t parsePort(std::string_view text);

// A numeric address, in the form that connect(), bind() and accept() take: IPv4 or IPv6.
class Endpoint {
 public:
  Endpoint() : v6_{} {}
  // Copies `length` bytes. Throws std::invalid_argument if that is neither IPv4 nor IPv6.
  Endpoint(const sockaddr* address, socklen_t length);

  int family() const { return any_.sa_family; }
  std::string host() const;  // numeric
  std::uint16_t port() const;
  const sockaddr* data() const { return &any_; }
  socklen_t size() const { return family() == AF_INET6 ? sizeof v6_ : sizeof v4_; }

 private:
  union {
    sockaddr any_;
    sockaddr_in v4_;
    sockaddr_in6 v6_;
  };
};

// "127.0.0.1:10000" or "[::1]:10000".
std::string toString(const Endpoint& endpoint);

// The address of a numeric host; nothing if the host is a name. Makes no query, and never blocks.
std::optional<Endpoint> numericEndpoint(const Address& address);

// All the addresses of a host, in the order in which they should be tried; never none. A numeric
// host costs nothing. A name asks the system's resolver and BLOCKS until that has answered.
// Throws std::runtime_error: "look up nowhere.invalid: Name or service not known".
std::vector<Endpoint> resolve(const Address& address);

// The address that a socket of ours is bound to. Throws std::system_error.
Endpoint localEndpoint(int socket);

}  // namespace poetry
