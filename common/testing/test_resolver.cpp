// A resolver for tests, preloaded before the system's (see ld.so(8)): it knows two more names.
//
//   two-addresses.test   ::1, then 127.0.0.1
//   slow.test            127.0.0.1, after ten seconds

#include <dlfcn.h>
#include <netdb.h>

#include <chrono>
#include <string_view>
#include <thread>

namespace {

using Resolver = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

int systemResolver(const char* host, const char* port, const addrinfo* hints, addrinfo** list) {
  static const auto resolver = reinterpret_cast<Resolver>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return resolver(host, port, hints, list);
}

}  // namespace

extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* hints,
                           addrinfo** list) {
  const bool isName = host != nullptr && (hints == nullptr || !(hints->ai_flags & AI_NUMERICHOST));
  const std::string_view name = isName ? host : "";
  if (name == "slow.test") std::this_thread::sleep_for(std::chrono::seconds(10));
  if (name == "slow.test") return systemResolver("127.0.0.1", port, hints, list);
  if (name != "two-addresses.test") return systemResolver(host, port, hints, list);
  const int error = systemResolver("::1", port, hints, list);
  return error != 0 ? error : systemResolver("127.0.0.1", port, hints, &(*list)->ai_next);
}
