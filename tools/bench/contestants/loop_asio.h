#pragma once

// Standalone Asio waits for a descriptor once, and has to be asked again: a system call of its own
// each time. It is made for reading, which it does by itself and where it often needs no such call.

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <deque>

#include "loop.h"

namespace poetry {

class AsioLoop final : public Loop {
 public:
  using Loop::Loop;

  ~AsioLoop() override {
    for (auto& descriptor : watches_) descriptor.release();  // it would close it
  }

  void watch(std::size_t number, int fd) override {
    wait(number, watches_.emplace_back(context_, fd));
  }

  void setTimer(std::size_t number, Duration delay) override {
    asio::steady_timer& mine = timer(number);
    mine.expires_after(delay);
    mine.async_wait([this, number](const asio::error_code& error) {
      if (!error) handler_(number);
    });
  }

  // Asio calls the handler of a timer that was cancelled, too, and that is part of the price.
  void setAndCancelTimer(std::size_t number, Duration delay) override {
    constexpr std::size_t kOften = 1000;
    setTimer(number, delay);
    timer(number).cancel();
    if (++cancelled_ % kOften == 0) context_.poll();
  }

  void run() override { context_.run(); }
  void stop() override { context_.stop(); }

 private:
  using Descriptor = asio::posix::stream_descriptor;

  void wait(std::size_t number, Descriptor& descriptor) {
    descriptor.async_wait(Descriptor::wait_read,
                          [this, number, &descriptor](const asio::error_code& error) {
                            if (error) return;
                            handler_(number);
                            wait(number, descriptor);
                          });
  }

  asio::steady_timer& timer(std::size_t number) {
    while (timers_.size() <= number) timers_.emplace_back(context_);
    return timers_[number];
  }

  asio::io_context context_{1};
  std::deque<Descriptor> watches_;
  std::deque<asio::steady_timer> timers_;
  std::size_t cancelled_ = 0;
};

}  // namespace poetry
