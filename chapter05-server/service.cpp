#include "service.h"

#include <fmt/format.h>

#include <csignal>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace poetry {

// Stands between a connection and its protocol, and sees it come and go.
class Service::CountedProtocol final : public Protocol {
 public:
  CountedProtocol(Service& service, std::unique_ptr<Protocol> protocol)
      : service_(service), protocol_(std::move(protocol)) {}

  void connectionMade() override {
    service_.came();
    protocol_->makeConnection(transport());
  }

  void dataReceived(std::string_view bytes) override { protocol_->dataReceived(bytes); }

  void readConnectionLost() override { protocol_->readConnectionLost(); }

  void connectionLost(const Failure& reason) override {
    struct Leaving {
      Service& service;
      ~Leaving() { service.went(); }
    } const leaving{service_};  // last, and also if the protocol throws
    protocol_->connectionLost(reason);
  }

 private:
  Service& service_;
  std::unique_ptr<Protocol> protocol_;
};

class Service::CountingFactory final : public Factory {
 public:
  CountingFactory(Service& service, std::shared_ptr<Factory> factory)
      : service_(service), factory_(std::move(factory)) {}

  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override {
    return std::make_unique<CountedProtocol>(service_, factory_->buildProtocol(peer));
  }

  void stopFactory() override { factory_->stopFactory(); }
  std::string logPrefix() const override { return factory_->logPrefix(); }

 private:
  Service& service_;
  std::shared_ptr<Factory> factory_;
};

Service::Service(Reactor& reactor, std::shared_ptr<Factory> factory, const ServerOptions& options,
                 ServerReport& report)
    : reactor_(reactor),
      report_(report),
      grace_(options.grace),
      port_(reactor.listenTCP({options.iface, options.port},
                              std::make_shared<CountingFactory>(*this, std::move(factory)))) {
  reactor_.callWhenRunning([this] {
    const auto signals = {SIGINT, SIGTERM};
    interrupt_.emplace(
        reactor_, [this] { stopService(); }, signals);
  });
}

Service::~Service() {
  port_->stopListening();
}

void Service::stopService() {
  if (std::exchange(stopping_, true)) return;
  interrupt_.reset();  // the next signal is the reactor's
  port_->stopListening();
  if (connections_ == 0) return reactor_.stop();
  reactor_.callLater(grace_, [this] { reactor_.stop(); });
  report_.note(fmt::format("Stopping. Clients still here: {}.", connections_));
}

void Service::went() {
  --connections_;
  if (stopping_ && connections_ == 0 && reactor_.running()) reactor_.stop();
}

}  // namespace poetry
