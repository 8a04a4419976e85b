#pragma once

#include <memory>
#include <optional>

#include "common/arguments.h"
#include "common/report.h"
#include "reactor/interrupt.h"
#include "reactor/reactor.h"

namespace poetry {

// How a server is told to serve, and to stop.
struct ServiceOptions : BasicServerOptions {
  std::chrono::nanoseconds grace{3'000'000'000};  // --grace: for poems under way when it is stopped
};

// A server that stops well: it listens, and when SIGINT or SIGTERM comes it takes no more
// clients, gives those that are there some time to end, and then stops the reactor, which closes
// what is left. A second signal stops the reactor at once.
class Service {
 public:
  // Listens from now on, where `options` say; see Reactor::listenTCP. The reactor and the report
  // must outlive us, and we must outlive the reactor's run().
  Service(Reactor& reactor, std::shared_ptr<Factory> factory, const ServiceOptions& options,
          ServerReport& report);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Endpoint address() const { return port_->address(); }

 private:
  class WrappingFactory;

  void stopService();
  void allGone();

  Reactor& reactor_;
  ServerReport& report_;
  Duration grace_;
  std::weak_ptr<WrappingFactory> factory_;  // the port and its connections own it
  std::shared_ptr<ListeningPort> port_;
  bool stopping_ = false;
  std::optional<Interrupt> interrupt_;  // from when the reactor runs until the first signal
};

}  // namespace poetry
