#pragma once

#include <event2/util.h>

#include <map>
#include <memory>
#include <string>

#include "reactor/libevent_poller.h"
#include "reactor/resolver.h"
#include "reactor/thread_resolver.h"

struct evdns_base;
struct evdns_getaddrinfo_request;

namespace poetry {

// Asks name servers by libevent: no thread, as the answer is one more descriptor in its loop.
class LibeventResolver final : public Resolver {
 public:
  // `poller` outlives it. `nameServer`: "127.0.0.1:53"; empty: what the system uses. Throws
  // std::runtime_error if that cannot be asked.
  explicit LibeventResolver(const LibeventPoller& poller, const std::string& nameServer = "");
  ~LibeventResolver() override;

  void lookUp(const Address& server, Answer answer) override;

 private:
  struct DnsDeleter {
    void operator()(evdns_base* dns) const;
  };
  struct Query;

  evdns_base* dns();
  static void onAnswer(int error, evutil_addrinfo* list, void* query) noexcept;
  static Found found(const Query& query, int error, const evutil_addrinfo* list);

  event_base* base_;
  std::string nameServer_;
  std::unique_ptr<evdns_base, DnsDeleter> dns_;  // none before the first name is looked up
  bool hasDns_ = true;
  ThreadResolver other_;                              // where no name server is known
  std::map<Query*, std::unique_ptr<Query>> queries_;  // under way
};

}  // namespace poetry
