#pragma once

// libuv, whose timers know whole milliseconds only.

#include <uv.h>

#include <deque>

#include "loop.h"

namespace poetry {

class LibuvLoop final : public Loop {
 public:
  explicit LibuvLoop(OnReady handler) : Loop(std::move(handler)) { uv_loop_init(&loop_); }

  // libuv lets go of a handle only while its loop runs.
  ~LibuvLoop() override {
    uv_walk(
        &loop_, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  void watch(std::size_t number, int fd) override {
    auto& watch = watches_.emplace_back(Numbered<uv_poll_t>{handler_, number});
    uv_poll_init(&loop_, &watch.handle, fd);
    watch.handle.data = &watch;
    uv_poll_start(&watch.handle, UV_READABLE,
                  [](uv_poll_t* handle, int, int) { Numbered<uv_poll_t>::call(handle->data); });
  }

  void setTimer(std::size_t number, Duration delay) override {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
    uv_timer_start(
        &timer(number), [](uv_timer_t* handle) { Numbered<uv_timer_t>::call(handle->data); },
        static_cast<std::uint64_t>(milliseconds), 0);
  }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    setTimer(number, delay);
    uv_timer_stop(&timer(number));
  }

  void run() override { uv_run(&loop_, UV_RUN_DEFAULT); }
  void stop() override { uv_stop(&loop_); }

 private:
  uv_timer_t& timer(std::size_t number) {
    while (timers_.size() <= number) {
      auto& timer = timers_.emplace_back(Numbered<uv_timer_t>{handler_, timers_.size()});
      uv_timer_init(&loop_, &timer.handle);
      timer.handle.data = &timer;
    }
    return timers_[number].handle;
  }

  uv_loop_t loop_{};
  std::deque<Numbered<uv_poll_t>> watches_;  // deques: libuv remembers where they are
  std::deque<Numbered<uv_timer_t>> timers_;
};

}  // namespace poetry
