#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/unique_fd.h"
#include "reactor/reactor.h"

namespace poetry {

// One attempt to connect: connectTCP at work. The reactor owns it. It ends in a Connection with a
// protocol of the factory's, or in clientConnectionFailed.
class Connector final : public Writer, public std::enable_shared_from_this<Connector> {
 public:
  // `reactor` outlives us.
  Connector(Reactor& reactor, const Address& server, std::shared_ptr<ClientFactory> factory);

  // Called once, when the reactor owns us.
  void start(Duration limit);

  int fileno() const override { return socket_.get(); }
  std::string logPrefix() const override { return factory_->logPrefix(); }
  void doWrite() override { finishConnecting(); }
  void connectionLost(const Failure& reason) override { fail(reason); }

 private:
  void startConnecting();
  void tooLate();
  void finishConnecting();
  void tryNext(int error);
  void succeed();
  void fail(const Failure& reason);
  void end();

  Reactor& reactor_;
  Address server_;
  std::shared_ptr<ClientFactory> factory_;
  std::vector<Endpoint> untried_;  // addresses of the server not tried yet
  Endpoint endpoint_;              // the one that is being tried
  UniqueFd socket_;
  Duration limit_{};
  TimePoint deadline_;
  DelayedCall giveUp_;
  bool over_ = false;
};

}  // namespace poetry
