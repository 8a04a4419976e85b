#include "common/testing/name_server.h"

#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/thread.h>
#include <strings.h>
#include <sys/socket.h>

#include <thread>

#include "common/syscall.h"
#include "common/testing/event_base.h"
#include "common/unique_fd.h"

namespace poetry::testing {

namespace {

constexpr int kNoSuchName = 3;  // NXDOMAIN, in RFC 1035's numbers
constexpr int kTimeToLive = 60;

UniqueFd boundSocket() {
  const Endpoint any = resolve({kLoopback, 0}).front();
  UniqueFd socket(checked(::socket(AF_INET, SOCK_DGRAM, 0), "socket"));
  checked(::bind(socket.get(), any.data(), any.size()), "bind");
  setNonBlocking(socket.get());
  return socket;
}

void answer(evdns_server_request* request, const evdns_server_question& question) {
  if (question.type == EVDNS_TYPE_A) {
    in_addr address{};
    ::inet_pton(AF_INET, "127.0.0.1", &address);
    evdns_server_request_add_a_reply(request, question.name, 1, &address, kTimeToLive);
  } else if (question.type == EVDNS_TYPE_AAAA) {
    in6_addr address{};
    ::inet_pton(AF_INET6, "::1", &address);
    evdns_server_request_add_aaaa_reply(request, question.name, 1, &address, kTimeToLive);
  }
  evdns_server_request_respond(request, 0);
}

// Called by libevent for every packet. A client may write names in any mix of cases, to make it
// harder to guess what it asks.
void onRequest(evdns_server_request* request, void*) {
  const evdns_server_question& question = *request->questions[0];
  if (::strcasecmp(question.name, "slow.test") == 0) {
    evdns_server_request_drop(request);
  } else if (::strcasecmp(question.name, "two-addresses.test") == 0) {
    answer(request, question);
  } else {
    evdns_server_request_respond(request, kNoSuchName);
  }
}

struct PortDeleter {
  void operator()(evdns_server_port* port) const { evdns_close_server_port(port); }
};

}  // namespace

class NameServer::World {
 public:
  World() {
    evthread_use_pthreads();
    base_.reset(event_base_new());
    port_.reset(evdns_add_server_port_with_base(base_.get(), socket_.get(), 0, onRequest, nullptr));
    thread_ = std::thread([this] { event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY); });
  }
  ~World() {
    event_base_loopexit(base_.get(), nullptr);  // holds also if the loop has not begun yet
    thread_.join();
  }

  const Address& address() const { return address_; }

 private:
  UniqueFd socket_ = boundSocket();
  Address address_{kLoopback, localEndpoint(socket_.get()).port()};
  EventBase base_;
  std::unique_ptr<evdns_server_port, PortDeleter> port_;
  std::thread thread_;
};

NameServer::NameServer() : world_(std::make_unique<World>()) {}
NameServer::~NameServer() = default;

const Address& NameServer::address() const {
  return world_->address();
}

}  // namespace poetry::testing
