// Takes part as standalone Asio, if that was installed when the lab was configured. Asio waits for
// a descriptor once, and has to be asked again, which takes a system call of its own each time. It
// is made for reading, which it does by itself and where it often can do without.

#include "loops.h"

#ifdef LAB_HAVE_ASIO

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <deque>

namespace poetry {

namespace {

class AsioLoop final : public Loop {
 public:
  explicit AsioLoop(Work& work) : work_(work) {}

  ~AsioLoop() override {
    for (Watch& watch : watches_) watch.descriptor.release();  // it would close it
  }

  void watch(std::size_t number, int fd) override {
    wait(watches_.emplace_back(number, asio::posix::stream_descriptor(context_, fd)));
  }

  void setTimer(std::size_t number, Duration delay) override {
    asio::steady_timer& mine = timer(number);
    mine.expires_after(delay);
    mine.async_wait([this, number](const asio::error_code& error) {
      if (!error) work_.fired(number);
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
  struct Watch {
    Watch(std::size_t number_, asio::posix::stream_descriptor descriptor_)
        : number(number_), descriptor(std::move(descriptor_)) {}
    std::size_t number;
    asio::posix::stream_descriptor descriptor;
  };

  void wait(Watch& watch) {
    watch.descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                [this, &watch](const asio::error_code& error) {
                                  if (error) return;
                                  work_.ready(watch.number);
                                  wait(watch);
                                });
  }

  asio::steady_timer& timer(std::size_t number) {
    while (timers_.size() <= number) timers_.emplace_back(context_);
    return timers_[number];
  }

  Work& work_;
  asio::io_context context_{1};
  std::deque<Watch> watches_;
  std::deque<asio::steady_timer> timers_;
  std::size_t cancelled_ = 0;
};

}  // namespace

Contestant standaloneAsio() {
  return {"Asio", [](Work& work) { return std::make_unique<AsioLoop>(work); }};
}

}  // namespace poetry

#else

namespace poetry {

Contestant standaloneAsio() {
  return {"Asio", nullptr, "libasio-dev is not installed"};
}

}  // namespace poetry

#endif
