#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "common/arguments.h"
#include "common/report.h"
#include "interrupt.h"
#include "reactor.h"

namespace poetry {

// A server that stops well: it listens, counts its connections, and when SIGINT or SIGTERM comes it
// takes no more of them, gives those that are there some time to end, and then stops the reactor,
// which closes what is left. A second signal stops the reactor at once.
class Service {
 public:
  // Listens from now on, where `options` say; see Reactor::listenTCP. The reactor and the report
  // are to outlive us, and we the reactor's run().
  Service(Reactor& reactor, std::shared_ptr<Factory> factory, const ServerOptions& options,
          ServerReport& report);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Endpoint address() const { return port_->address(); }

  // So many connections are open.
  std::size_t connections() const { return connections_; }

  // Stops, as a signal does. The second time it does nothing.
  void stopService();

 private:
  class CountedProtocol;
  class CountingFactory;

  void came() { ++connections_; }
  void went();

  Reactor& reactor_;
  ServerReport& report_;
  Duration grace_;
  std::shared_ptr<ListeningPort> port_;
  std::size_t connections_ = 0;
  bool stopping_ = false;
  std::optional<Interrupt> interrupt_;  // from when the reactor runs until the first signal
};

}  // namespace poetry
