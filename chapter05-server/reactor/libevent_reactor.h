#pragma once

#include <event2/util.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "reactor/alarm.h"
#include "reactor/reactor_base.h"

struct event_base;
struct evdns_base;
struct evdns_getaddrinfo_request;

namespace poetry {

// The reactor over libevent, which picks the best way to wait that the system has, and looks names
// up without a thread.
class LibeventReactor final : public ReactorBase {
 public:
  struct Options {
    std::string backend;     // "epoll", "poll", "select", ...; empty: libevent chooses
    std::string nameServer;  // "127.0.0.1:53"; empty: what the system uses
  };

  // Throws std::runtime_error if libevent does not have that backend here.
  LibeventReactor() : LibeventReactor(Options{}) {}
  explicit LibeventReactor(const Options& options);
  ~LibeventReactor() override;

  // How it waits: "epoll".
  std::string backend() const;

 private:
  struct BaseDeleter {
    void operator()(event_base* base) const;
  };
  struct DnsDeleter {
    void operator()(evdns_base* dns) const;
  };
  struct EventWatch;
  struct Query;

  void doIteration(std::optional<Duration> limit) override;
  std::unique_ptr<Watch> startWatching(int fd, bool forWriting) override;
  void stopWatching(Watch& watch) override;
  void lookUp(const Address& server, std::uint64_t number) override;

  evdns_base* dns();
  void finish(Query& query, int error, const evutil_addrinfo* list);
  void cancelQueries();

  static void onEvent(evutil_socket_t fd, short what, void* watch) noexcept;
  static void onAnswer(int error, evutil_addrinfo* list, void* query) noexcept;

  Options options_;
  std::unique_ptr<event_base, BaseDeleter> base_;
  Alarm alarm_;                                  // rings when the next call is due
  std::unique_ptr<evdns_base, DnsDeleter> dns_;  // none before the first name is looked up
  bool hasDns_ = true;
  std::map<std::uint64_t, std::unique_ptr<Query>> queries_;  // by number
};

}  // namespace poetry
