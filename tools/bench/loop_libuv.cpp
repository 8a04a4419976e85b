// Takes part as libuv, if that was installed when the lab was configured. Its timers know whole
// milliseconds only.

#include "loops.h"

#ifdef LAB_HAVE_LIBUV

#include <uv.h>

#include <deque>

namespace poetry {

namespace {

class LibuvLoop final : public Loop {
 public:
  explicit LibuvLoop(Work& work) : work_(work) { uv_loop_init(&loop_); }

  // libuv lets go of a handle only while its loop runs.
  ~LibuvLoop() override {
    uv_walk(
        &loop_, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  void watch(std::size_t number, int fd) override {
    auto& entry = watches_.emplace_back(work_, number);
    uv_poll_init(&loop_, &entry.handle, fd);
    entry.handle.data = &entry;
    uv_poll_start(&entry.handle, UV_READABLE, onReady);
  }

  void setTimer(std::size_t number, Duration delay) override {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
    uv_timer_start(&timer(number), onTimer, static_cast<std::uint64_t>(milliseconds), 0);
  }

  void setAndCancelTimer(std::size_t number, Duration delay) override {
    setTimer(number, delay);
    uv_timer_stop(&timer(number));
  }

  void run() override { uv_run(&loop_, UV_RUN_DEFAULT); }
  void stop() override { uv_stop(&loop_); }

 private:
  template <typename Handle>
  struct Entry {
    Entry(Work& work_, std::size_t number_) : work(work_), number(number_) {}
    Work& work;
    std::size_t number;
    Handle handle{};
  };

  uv_timer_t& timer(std::size_t number) {
    while (timers_.size() <= number) {
      auto& entry = timers_.emplace_back(work_, timers_.size());
      uv_timer_init(&loop_, &entry.handle);
      entry.handle.data = &entry;
    }
    return timers_[number].handle;
  }

  static void onReady(uv_poll_t* handle, int, int) {
    const auto& self = *static_cast<Entry<uv_poll_t>*>(handle->data);
    self.work.ready(self.number);
  }

  static void onTimer(uv_timer_t* handle) {
    const auto& self = *static_cast<Entry<uv_timer_t>*>(handle->data);
    self.work.fired(self.number);
  }

  Work& work_;
  uv_loop_t loop_{};
  std::deque<Entry<uv_poll_t>> watches_;  // deques: libuv remembers where they are
  std::deque<Entry<uv_timer_t>> timers_;
};

}  // namespace

Contestant libuv() {
  return {"libuv", [](Work& work) { return std::make_unique<LibuvLoop>(work); }};
}

}  // namespace poetry

#else

namespace poetry {

Contestant libuv() {
  return {"libuv", nullptr, "libuv1-dev is not installed"};
}

}  // namespace poetry

#endif
