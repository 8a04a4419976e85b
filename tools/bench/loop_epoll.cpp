// Takes part as "bare epoll": epoll and nothing else, the least that a loop can be.

#include <sys/epoll.h>

#include <array>

#include "common/syscall.h"
#include "common/unique_fd.h"
#include "loops.h"

namespace poetry {

namespace {

class EpollLoop final : public Loop {
 public:
  explicit EpollLoop(Work& work)
      : work_(work), epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

  void watch(std::size_t number, int fd) override {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = number;
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
  }

  void run() override {
    while (!stopped_) {
      std::array<epoll_event, 256> events;
      const int count =
          checked(::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1),
                  "epoll_wait");
      for (int i = 0; i < count && !stopped_; ++i) {
        work_.ready(events[static_cast<std::size_t>(i)].data.u64);
      }
    }
  }

  void stop() override { stopped_ = true; }

 private:
  Work& work_;
  UniqueFd epoll_;
  bool stopped_ = false;
};

}  // namespace

Contestant bareEpoll() {
  return {"bare epoll", [](Work& work) { return std::make_unique<EpollLoop>(work); }};
}

}  // namespace poetry
