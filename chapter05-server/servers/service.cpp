#include "servers/service.h"

#include <fmt/format.h>

#include <csignal>
#include <initializer_list>
#include <utility>

namespace poetry {

// Builds what the factory in it builds. The port keeps it for as long as it listens, and each
// connection for as long as it is there: so when it is destroyed, all have gone.
class Service::WrappingFactory final : public Factory {
 public:
  WrappingFactory(Service& service, std::shared_ptr<Factory> factory)
      : service_(service), factory_(std::move(factory)) {}
  ~WrappingFactory() override { service_.allGone(); }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override {
    return factory_->buildProtocol(peer);
  }
  void stopFactory() override { factory_->stopFactory(); }
  std::string logPrefix() const override { return factory_->logPrefix(); }

 private:
  Service& service_;
  std::shared_ptr<Factory> factory_;
};

Service::Service(Reactor& reactor, std::shared_ptr<Factory> factory, const ServiceOptions& options,
                 ServerReport& report)
    : reactor_(reactor), report_(report), grace_(options.grace) {
  auto wrapping = std::make_shared<WrappingFactory>(*this, std::move(factory));
  factory_ = wrapping;
  port_ = reactor_.listenTCP({options.iface, options.port}, std::move(wrapping));
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
  const long left = factory_.use_count();
  if (left == 0) return allGone();
  reactor_.callLater(grace_, [this] { reactor_.stop(); });
  report_.note(fmt::format("Stopping. Clients still here: {}.", left));
}

void Service::allGone() {
  if (stopping_ && reactor_.running()) reactor_.stop();
}

}  // namespace poetry
