#include "reactor/libevent_resolver.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "reactor/errors.h"

namespace poetry {

namespace {

struct AddrinfoDeleter {
  void operator()(evutil_addrinfo* list) const { evutil_freeaddrinfo(list); }
};
using AddrinfoList = std::unique_ptr<evutil_addrinfo, AddrinfoDeleter>;

}  // namespace

// A name that is being looked up.
struct LibeventResolver::Query {
  LibeventResolver* resolver;
  std::string host;
  Answer answer;
  evdns_getaddrinfo_request* request = nullptr;
};

void LibeventResolver::DnsDeleter::operator()(evdns_base* dns) const {
  evdns_base_free(dns, /*fail_requests=*/0);
}

LibeventResolver::LibeventResolver(const LibeventPoller& poller, const std::string& nameServer)
    : base_(poller.base()), nameServer_(nameServer) {
  if (!nameServer.empty() && dns() == nullptr) {
    throw std::runtime_error("libevent can not ask the name server " + nameServer);
  }
}

// libevent frees what belongs to a query when it calls back, and does so from its loop.
LibeventResolver::~LibeventResolver() {
  for (const auto& [key, query] : queries_) evdns_getaddrinfo_cancel(query->request);
  while (!queries_.empty()) {
    if (event_base_loop(base_, EVLOOP_NONBLOCK) < 0) break;
  }
}

// The name servers, or null if none are known.
evdns_base* LibeventResolver::dns() {
  if (dns_ || !hasDns_) return dns_.get();
  // While no name is being looked up, the name server's socket is no reason to go on running.
  int flags = EVDNS_BASE_DISABLE_WHEN_INACTIVE;
  if (nameServer_.empty()) flags |= EVDNS_BASE_INITIALIZE_NAMESERVERS;
  dns_.reset(evdns_base_new(base_, flags));
  if (dns_ && !nameServer_.empty()) {
    evdns_base_load_hosts(dns_.get(), "/etc/hosts");
    if (evdns_base_nameserver_ip_add(dns_.get(), nameServer_.c_str()) != 0) dns_.reset();
  }
  hasDns_ = dns_ != nullptr;
  return dns_.get();
}

void LibeventResolver::lookUp(const Address& server, Answer answer) {
  if (dns() == nullptr) return other_.lookUp(server, std::move(answer));
  evutil_addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const std::string port = std::to_string(server.port);
  auto owned = std::make_unique<Query>(Query{this, server.host, std::move(answer)});
  Query* const query = owned.get();
  queries_[query] = std::move(owned);
  evdns_getaddrinfo_request* const request =
      evdns_getaddrinfo(dns(), server.host.c_str(), port.c_str(), &hints, onAnswer, query);
  // Null: the answer was in /etc/hosts, and has been given already; the query is gone.
  if (request != nullptr) query->request = request;
}

void LibeventResolver::onAnswer(int error, evutil_addrinfo* list, void* query) noexcept {
  const AddrinfoList owned(list);
  auto* const key = static_cast<Query*>(query);
  const auto node = key->resolver->queries_.extract(key);
  if (error == EVUTIL_EAI_CANCEL) return;  // by ourselves, at the end
  key->answer(found(*key, error, list));
}

Resolver::Found LibeventResolver::found(const Query& query, int error,
                                        const evutil_addrinfo* list) {
  if (error != 0) {
    return Failure::of(
        ConnectError(fmt::format("look up {}: {}", query.host, evutil_gai_strerror(error))));
  }
  std::vector<Endpoint> endpoints;
  for (; list != nullptr; list = list->ai_next) {
    endpoints.emplace_back(list->ai_addr, static_cast<socklen_t>(list->ai_addrlen));
  }
  return endpoints;
}

}  // namespace poetry
