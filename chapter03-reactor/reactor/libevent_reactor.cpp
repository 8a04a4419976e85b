#include "reactor/libevent_reactor.h"

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "reactor/errors.h"

namespace poetry {

namespace {

std::vector<std::string> backends() {
  std::vector<std::string> names;
  for (const char** name = event_get_supported_methods(); *name != nullptr; ++name) {
    names.emplace_back(*name);
  }
  return names;
}

struct ConfigDeleter {
  void operator()(event_config* config) const { event_config_free(config); }
};
using Config = std::unique_ptr<event_config, ConfigDeleter>;

// libevent can only be told which backends to avoid.
void choose(event_config* config, const std::string& backend) {
  const std::vector<std::string> all = backends();
  if (std::find(all.begin(), all.end(), backend) == all.end()) {
    throw std::runtime_error(
        fmt::format("libevent has no backend '{}' here, only {}", backend, fmt::join(all, ", ")));
  }
  for (const std::string& other : all) {
    if (other != backend) event_config_avoid_method(config, other.c_str());
  }
}

// libevent logs to standard error, past --quiet. All of it that matters also comes back as the
// result of a call, except for its last words before it ends the process, as it does when it can
// get no descriptor for itself.
void onlyLastWords(int severity, const char* message) {
  if (severity == EVENT_LOG_ERR) std::fprintf(stderr, "libevent: %s\n", message);
}

event_base* makeBase(const std::string& backend) {
  event_set_log_callback(onlyLastWords);
  const Config config(event_config_new());
  if (!backend.empty()) choose(config.get(), backend);
  // A socket that has connected is watched for reading instead of writing: with this flag, epoll is
  // told of that once, not twice.
  event_config_set_flag(config.get(), EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
  event_base* base = event_base_new_with_config(config.get());
  if (base == nullptr) throw std::runtime_error("libevent: event_base_new failed");
  return base;
}

struct AddrinfoDeleter {
  void operator()(evutil_addrinfo* list) const { evutil_freeaddrinfo(list); }
};
using AddrinfoList = std::unique_ptr<evutil_addrinfo, AddrinfoDeleter>;

}  // namespace

void LibeventReactor::BaseDeleter::operator()(event_base* base) const {
  event_base_free(base);
}

void LibeventReactor::DnsDeleter::operator()(evdns_base* dns) const {
  evdns_base_free(dns, /*fail_requests=*/0);
}

LibeventReactor::LibeventReactor(const Options& options)
    : options_(options), base_(makeBase(options.backend)), alarm_(base_.get()) {
  if (!options.nameServer.empty() && dns() == nullptr) {
    throw std::runtime_error("libevent can not ask the name server " + options.nameServer);
  }
}

LibeventReactor::~LibeventReactor() {
  dismantle();
  cancelQueries();
}

std::string LibeventReactor::backend() const {
  return event_base_get_method(base_.get());
}

// ---- descriptors -------------------------------------------------------------------------------

// A watch together with the event by which libevent knows it.
struct LibeventReactor::EventWatch : Watch {
  ~EventWatch() override { event_del(&event); }

  LibeventReactor* reactor = nullptr;
  struct event event {};
};

std::unique_ptr<Watch> LibeventReactor::startWatching(int fd, bool forWriting) {
  auto watch = std::make_unique<EventWatch>();
  watch->reactor = this;
  const auto what = static_cast<short>((forWriting ? EV_WRITE : EV_READ) | EV_PERSIST);
  event_assign(&watch->event, base_.get(), fd, what, onEvent, watch.get());
  if (event_add(&watch->event, nullptr) != 0) {
    throw std::runtime_error(fmt::format("libevent can not watch descriptor {}", fd));
  }
  return watch;
}

void LibeventReactor::stopWatching(Watch& watch) {
  event_del(&static_cast<EventWatch&>(watch).event);
}

// ---- waiting -----------------------------------------------------------------------------------

void LibeventReactor::doIteration(std::optional<Duration> limit) {
  const bool sleeps = !limit || *limit > Duration::zero();
  if (sleeps) alarm_.set(timeOfNextCall());
  // Once in either case: with NONBLOCK alone libevent goes on for as long as anything is ready.
  const int flags = sleeps ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK;
  if (event_base_loop(base_.get(), flags) < 0) {
    throw std::runtime_error("libevent: event_base_loop failed");
  }
}

// Called by libevent, which is C: dispatch() catches whatever a handler throws.
void LibeventReactor::onEvent(evutil_socket_t, short, void* watch) noexcept {
  auto& self = *static_cast<EventWatch*>(watch);
  self.reactor->dispatch(self);
}

// ---- names -------------------------------------------------------------------------------------

// A name that is being looked up.
struct LibeventReactor::Query {
  LibeventReactor* reactor;
  std::uint64_t number;
  std::string host;
  evdns_getaddrinfo_request* request = nullptr;
};

// The name servers, or null if none are known.
evdns_base* LibeventReactor::dns() {
  if (dns_ || !hasDns_) return dns_.get();
  // While no name is being looked up, the name server's socket is no reason to go on running.
  int flags = EVDNS_BASE_DISABLE_WHEN_INACTIVE;
  if (options_.nameServer.empty()) flags |= EVDNS_BASE_INITIALIZE_NAMESERVERS;
  dns_.reset(evdns_base_new(base_.get(), flags));
  if (dns_ && !options_.nameServer.empty()) {
    evdns_base_load_hosts(dns_.get(), "/etc/hosts");
    if (evdns_base_nameserver_ip_add(dns_.get(), options_.nameServer.c_str()) != 0) dns_.reset();
  }
  hasDns_ = dns_ != nullptr;
  return dns_.get();
}

void LibeventReactor::lookUp(const Address& server, std::uint64_t number) {
  if (dns() == nullptr) return ReactorBase::lookUp(server, number);
  evutil_addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const std::string port = std::to_string(server.port);
  auto& query = *(queries_[number] = std::make_unique<Query>(Query{this, number, server.host}));
  evdns_getaddrinfo_request* request =
      evdns_getaddrinfo(dns(), server.host.c_str(), port.c_str(), &hints, onAnswer, &query);
  // Null: the answer was in /etc/hosts, and has been given already; the query is gone.
  if (request != nullptr) query.request = request;
}

void LibeventReactor::finish(Query& query, int error, const evutil_addrinfo* list) {
  const auto node = queries_.extract(query.number);
  const std::unique_ptr<Query>& mine = node.mapped();
  if (error == EVUTIL_EAI_CANCEL) return;  // by ourselves, at the end
  if (error != 0) {
    return answer(mine->number, Failure::of(ConnectError(fmt::format("look up {}: {}", mine->host,
                                                                     evutil_gai_strerror(error)))));
  }
  std::vector<Endpoint> endpoints;
  for (; list != nullptr; list = list->ai_next) {
    endpoints.emplace_back(list->ai_addr, static_cast<socklen_t>(list->ai_addrlen));
  }
  answer(mine->number, std::move(endpoints));
}

// libevent frees what belongs to a query when it calls back, and does so from its loop.
void LibeventReactor::cancelQueries() {
  for (const auto& [number, query] : queries_) evdns_getaddrinfo_cancel(query->request);
  while (!queries_.empty()) {
    if (event_base_loop(base_.get(), EVLOOP_NONBLOCK) < 0) break;
  }
}

void LibeventReactor::onAnswer(int error, evutil_addrinfo* list, void* query) noexcept {
  const AddrinfoList owned(list);
  auto& self = *static_cast<Query*>(query);
  self.reactor->finish(self, error, list);
}

}  // namespace poetry
