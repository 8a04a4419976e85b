#include "common/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "common/syscall.h"

namespace poetry {

namespace {

bool isIpv6(const std::string& host) {
  // A zone ("fe80::1%eth0") is the resolver's business, not inet_pton's.
  in6_addr address;
  return ::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &address) == 1;
}

// The part of "[HOST]:PORT" between the brackets.
Address parseBracketed(std::string_view text) {
  const std::size_t close = text.find("]:");
  if (close == std::string_view::npos) {
    throw std::invalid_argument(fmt::format("'{}' has no ']:port' at its end", text));
  }
  Address address{std::string(text.substr(1, close - 1)), parsePort(text.substr(close + 2))};
  if (!isIpv6(address.host)) {
    throw std::invalid_argument(
        fmt::format("'{}' is not an IPv6 address, and only those stand in brackets", address.host));
  }
  return address;
}

struct AddrinfoDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddrinfoList = std::unique_ptr<addrinfo, AddrinfoDeleter>;

// What getaddrinfo says. `list` is filled if that is 0.
int lookUp(const Address& address, int flags, AddrinfoList& list) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const int error = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
  list.reset(found);
  return error;
}

AddrinfoList lookUp(const Address& address) {
  AddrinfoList list;
  const int error = lookUp(address, 0, list);
  // Resolver errors are numbers of their own; only EAI_SYSTEM points at errno.
  if (error == EAI_SYSTEM) throwErrno("look up " + address.host);
  if (error != 0) {
    throw std::runtime_error(fmt::format("look up {}: {}", address.host, ::gai_strerror(error)));
  }
  return list;
}

}  // namespace

std::string toString(const Address& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return brackets ? fmt::format("[{}]:{}", address.host, address.port)
                  : fmt::format("{}:{}", address.host, address.port);
}

std::uint16_t parsePort(std::string_view text) {
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error == std::errc::invalid_argument || stop != end) {
    throw std::invalid_argument(fmt::format("'{}' is not a port number", text));
  }
  if (error == std::errc::result_out_of_range || port > 65535) {
    throw std::invalid_argument(fmt::format("port {} is not between 0 and 65535", text));
  }
  return static_cast<std::uint16_t>(port);
}

Address parseAddress(std::string_view text) {
  if (text.starts_with('[')) return parseBracketed(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    const bool startsLikeAName = !text.empty() && std::isalpha(static_cast<unsigned char>(text[0]));
    if (startsLikeAName) {
      throw std::invalid_argument(fmt::format("'{0}' has no port; write {0}:10000", text));
    }
    return {kLoopback, parsePort(text)};
  }
  if (text.find(':', colon + 1) != std::string_view::npos) {
    throw std::invalid_argument(
        fmt::format("'{}' has more than one colon; write an IPv6 address as [::1]:port", text));
  }
  const std::string_view host = text.substr(0, colon);
  return {host.empty() ? kLoopback : std::string(host), parsePort(text.substr(colon + 1))};
}

Endpoint::Endpoint(const sockaddr* address, socklen_t length) : v6_{} {
  const bool known = (address->sa_family == AF_INET && length >= sizeof v4_) ||
                     (address->sa_family == AF_INET6 && length >= sizeof v6_);
  if (!known) throw std::invalid_argument("an address that is neither IPv4 nor IPv6");
  std::memcpy(&v6_, address, std::min<std::size_t>(length, sizeof v6_));
}

std::uint16_t Endpoint::port() const {
  return ntohs(family() == AF_INET6 ? v6_.sin6_port : v4_.sin_port);
}

std::string Endpoint::host() const {
  char text[INET6_ADDRSTRLEN];
  const void* bytes = family() == AF_INET6 ? static_cast<const void*>(&v6_.sin6_addr)
                                           : static_cast<const void*>(&v4_.sin_addr);
  ::inet_ntop(family(), bytes, text, sizeof text);
  return text;
}

std::string toString(const Endpoint& endpoint) {
  return toString(Address{endpoint.host(), endpoint.port()});
}

std::optional<Endpoint> numericEndpoint(const Address& address) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    return Endpoint(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  AddrinfoList list;
  if (lookUp(address, AI_NUMERICHOST, list) != 0) return std::nullopt;
  return Endpoint(list->ai_addr, list->ai_addrlen);
}

std::vector<Endpoint> resolve(const Address& address) {
  if (const auto endpoint = numericEndpoint(address)) return {*endpoint};
  std::vector<Endpoint> endpoints;
  const AddrinfoList list = lookUp(address);
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    endpoints.emplace_back(entry->ai_addr, entry->ai_addrlen);
  }
  return endpoints;
}

Endpoint localEndpoint(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  checked(::getsockname(socket, generic, &length), "getsockname");
  return Endpoint(generic, length);
}

}  // namespace poetry
