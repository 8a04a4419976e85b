#include "reactor/diagnostics/reactor_report.h"

#include <utility>

#include "net/protocol.h"

namespace poetry {

// ---- the loop ----------------------------------------------------------------------------------

// Tells the report what the loop does. It also hands the reactor what the report has thrown, deep
// inside a protocol that cannot know what to do about it.
class ReactorReport::Loop final : public LoopObserver {
 public:
  explicit Loop(ClientReport& report) : report_(report) {}

  void waiting() override { report_.loopWaiting(); }
  void woken() override { report_.loopHandling(); }
  void calling(const Handler&) override {}
  void called(const Handler&) override {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  template <typename Function>
  void tell(const Function& function) {
    try {
      function(report_);
    } catch (...) {
      if (!error_) error_ = std::current_exception();
    }
  }

 private:
  ClientReport& report_;
  std::exception_ptr error_;
};

// ---- a task ------------------------------------------------------------------------------------

// Stands between the reactor and what a task gives to it.
class ReactorReport::Task final : public ReactorTCP {
 public:
  Task(Reactor& reactor, std::shared_ptr<Loop> loop, int number)
      : reactor_(reactor), loop_(std::move(loop)), number_(number) {}

  DelayedCall callLater(Duration delay, Callback callback, CallSite where) override {
    return reactor_.callLater(
        delay, [this, callback = std::move(callback)] { handle(callback); }, where);
  }
  void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                  Duration limit) override;

  // Runs a handler of the task's, and tells the report when it begins and ends.
  template <typename Function>
  void handle(const Function& function) {
    loop_->tell([&](ClientReport& report) { report.handling(number_); });
    try {
      function();
    } catch (...) {
      handled();
      throw;
    }
    handled();
  }
  void connected() {
    loop_->tell([&](ClientReport& report) { report.waiting(number_); });
  }
  void received(std::size_t bytes) {
    loop_->tell([&](ClientReport& report) { report.got(number_, bytes); });
  }

 private:
  void handled() {
    loop_->tell([&](ClientReport& report) { report.handled(number_); });
  }

  Reactor& reactor_;
  std::shared_ptr<Loop> loop_;
  int number_;
};

// A protocol, and the task that it works for. The connection calls this one, and this one calls the
// task's own protocol.
class ReactorReport::TaskProtocol final : public Protocol {
 public:
  TaskProtocol(Task& task, std::unique_ptr<Protocol> protocol)
      : task_(task), protocol_(std::move(protocol)) {}

  void connectionMade() override {
    task_.connected();
    protocol_->makeConnection(transport());
  }
  void dataReceived(std::string_view bytes) override {
    task_.handle([&] {
      task_.received(bytes.size());
      protocol_->dataReceived(bytes);
    });
  }
  void connectionLost(const Failure& reason) override {
    task_.handle([&] { protocol_->connectionLost(reason); });
  }

 private:
  Task& task_;
  std::unique_ptr<Protocol> protocol_;
};

class ReactorReport::TaskFactory final : public ClientFactory {
 public:
  TaskFactory(Task& task, std::shared_ptr<ClientFactory> factory)
      : task_(task), factory_(std::move(factory)) {}

  std::string logPrefix() const override { return factory_->logPrefix(); }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint& peer) override {
    return std::make_unique<TaskProtocol>(task_, factory_->buildProtocol(peer));
  }
  void clientConnectionFailed(const Failure& reason) override {
    task_.handle([&] { factory_->clientConnectionFailed(reason); });
  }

 private:
  Task& task_;
  std::shared_ptr<ClientFactory> factory_;
};

void ReactorReport::Task::connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                                     Duration limit) {
  reactor_.connectTCP(server, std::make_shared<TaskFactory>(*this, std::move(factory)), limit);
}

// ---- the report --------------------------------------------------------------------------------

ReactorReport::ReactorReport(Reactor& reactor, const BasicClientOptions& options,
                             Transcript transcript)
    : ClientReport(options, transcript), reactor_(reactor) {
  const bool someoneLooks = !options.quiet || !options.record.empty();
  if (!someoneLooks) return;
  loop_ = std::make_shared<Loop>(*this);
  reactor.addObserver(loop_);
}

ReactorReport::~ReactorReport() = default;

ReactorTCP& ReactorReport::reactorOf(int task) {
  if (!loop_) return reactor_;
  const auto place = static_cast<std::size_t>(task);
  if (place >= tasks_.size()) tasks_.resize(place + 1);
  if (!tasks_[place]) tasks_[place] = std::make_unique<Task>(reactor_, loop_, task);
  return *tasks_[place];
}

}  // namespace poetry
