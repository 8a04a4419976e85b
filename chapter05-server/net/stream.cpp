#include "net/stream.h"

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "reactor/errors.h"

namespace poetry {

// What a Stream and the protocol of its connection share.
class Stream::State {
 public:
  // ---- for the protocol ----

  void made(Transport& transport) { transport_ = &transport; }

  // No more than this was asked for: the next bytes may wait.
  void came(std::string_view bytes) {
    received_ += bytes;
    transport_->pauseProducing();
    tell();
  }

  void ended(const Failure& reason) {
    transport_ = nullptr;
    end_ = reason;
    tell();
  }

  // ---- for the Stream ----

  Deferred<std::string> read() {
    if (reader_) throw std::logic_error("this stream is being read already");
    Deferred<std::string> bytes;
    reader_ = bytes;
    if (transport_ != nullptr && received_.empty()) transport_->resumeProducing();
    tell();
    return bytes;
  }

  void abandon() {
    reader_.reset();
    if (transport_ != nullptr) transport_->abortConnection();
  }

 private:
  // Tells the reader what there is to tell.
  void tell() {
    if (!reader_ || (received_.empty() && !end_)) return;
    const Deferred<std::string> bytes = *std::exchange(reader_, std::nullopt);
    if (received_.empty() && !end_->check<ConnectionDone>()) return bytes.errback(*end_);
    bytes.callback(std::exchange(received_, std::string()));
  }

  Transport* transport_ = nullptr;  // while there is a connection
  std::string received_;
  std::optional<Failure> end_;
  std::optional<Deferred<std::string>> reader_;
};

namespace {

class StreamProtocol : public Protocol {
 public:
  explicit StreamProtocol(Deferred<Stream> stream) : stream_(std::move(stream)) {}

  void connectionMade() override {
    state_->made(transport());
    transport().pauseProducing();
    const Deferred<Stream> stream = std::move(stream_);  // it may go while it is fired
    stream.callback(Stream(state_));
  }
  void dataReceived(std::string_view bytes) override { state_->came(bytes); }
  void connectionLost(const Failure& reason) override { state_->ended(reason); }

 private:
  Deferred<Stream> stream_;
  std::shared_ptr<Stream::State> state_ = std::make_shared<Stream::State>();
};

class StreamFactory : public ClientFactory {
 public:
  StreamFactory(std::string name, Deferred<Stream> stream)
      : name_(std::move(name)), stream_(std::move(stream)) {}

  std::string logPrefix() const override { return name_; }
  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<StreamProtocol>(std::move(stream_));  // asked once
  }
  void clientConnectionFailed(const Failure& reason) override { stream_.errback(reason); }

 private:
  std::string name_;
  Deferred<Stream> stream_;
};

}  // namespace

Stream::Stream(std::shared_ptr<State> state) : state_(std::move(state)) {}

Stream::~Stream() {
  if (state_) state_->abandon();
}

Deferred<std::string> Stream::read() {
  return state_->read();
}

Deferred<Stream> connectTo(ReactorTCP& reactor, const Address& server, const std::string& name) {
  Deferred<Stream> stream;
  reactor.connectTCP(server, std::make_shared<StreamFactory>(name, stream));
  return stream;
}

}  // namespace poetry
