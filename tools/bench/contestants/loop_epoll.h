#pragma once

// Epoll and nothing else, the least that a loop can be.

#include "common/unique_fd.h"
#include "loop.h"
#include "plain.h"

namespace poetry {

class EpollLoop final : public Loop {
 public:
  using Loop::Loop;

  void watch(std::size_t number, int fd) override { ::watch(epoll_.get(), fd, {.u64 = number}); }

  void run() override {
    while (!stopped_) {
      eachReady(epoll_.get(), -1, [this](epoll_data data) {
        if (!stopped_) handler_(data.u64);
      });
    }
  }

  void stop() override { stopped_ = true; }

 private:
  UniqueFd epoll_{makeEpoll()};
  bool stopped_ = false;
};

}  // namespace poetry
