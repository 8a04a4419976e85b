#pragma once

#include <string>
#include <string_view>

#include "net/transport.h"

namespace poetry::testing {

// A transport without a connection: it keeps what a protocol writes, so that a test can look at it.
// Twisted's StringTransport. The test plays the other side: it calls the protocol's dataReceived
// and connectionLost itself.
class StringTransport final : public Transport {
 public:
  enum class State { kOpen, kDisconnecting, kAborted };

  explicit StringTransport(const Endpoint& peer = {}) : peer_(peer) {}

  void write(std::string_view bytes) override {
    if (state_ == State::kOpen) written_ += bytes;
  }
  void loseConnection() override {
    if (state_ == State::kOpen) state_ = State::kDisconnecting;
  }
  void abortConnection() override { state_ = State::kAborted; }
  Endpoint peer() const override { return peer_; }
  void pauseProducing() override { producing_ = false; }
  void resumeProducing() override { producing_ = true; }

  const std::string& written() const { return written_; }
  void clear() { written_.clear(); }
  State state() const { return state_; }
  bool producing() const { return producing_; }

 private:
  Endpoint peer_;
  std::string written_;
  State state_ = State::kOpen;
  bool producing_ = true;
};

}  // namespace poetry::testing
