#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "deferred/deferred.h"

namespace poetry {

// Lets a limited number do something at the same time; the others wait in line. After Twisted's
// DeferredSemaphore.
//
//   const DeferredSemaphore::Permit permit = co_await semaphore.acquire();
//   ... until the end of the block, we hold one of the permits.
//
// When it is destroyed, those still waiting are forgotten: their Deferreds never fire.
class DeferredSemaphore {
  struct Line;

 public:
  // The right to do it, for as long as this lives. It may outlive the semaphore.
  class Permit {
   public:
    explicit Permit(std::weak_ptr<Line> line) : line_(std::move(line)) {}
    Permit(Permit&&) = default;
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (const auto line = line_.lock()) giveBack(*line);
    }

   private:
    std::weak_ptr<Line> line_;  // empty when it was moved from
  };

  explicit DeferredSemaphore(std::size_t permits) : line_(std::make_shared<Line>()) {
    line_->permits = permits;
  }
  DeferredSemaphore(const DeferredSemaphore&) = delete;
  DeferredSemaphore& operator=(const DeferredSemaphore&) = delete;

  // A permit, when there is one: first come, first served. Cancelling the Deferred leaves the line.
  Deferred<Permit> acquire() {
    const std::uint64_t number = line_->last++;
    Deferred<Permit> waiter([number, weak = std::weak_ptr(line_)] {
      if (const auto line = weak.lock()) line->waiters.erase(number);
    });
    line_->waiters.emplace(number, waiter);
    serve(*line_);
    return waiter;
  }

 private:
  struct Line : std::enable_shared_from_this<Line> {
    std::size_t permits = 0;
    std::map<std::uint64_t, Deferred<Permit>> waiters;  // by number, as they came
    std::uint64_t last = 0;
    bool serving = false;
  };

  static void giveBack(Line& line) {
    ++line.permits;
    serve(line);
  }

  // One that is served may be done at once, and give its permit back from within: then the loop
  // that is running goes on with it, and the stack does not get deeper.
  static void serve(Line& line) {
    const auto self = line.shared_from_this();  // the semaphore may go meanwhile
    if (std::exchange(line.serving, true)) return;
    while (line.permits > 0 && !line.waiters.empty()) {
      --line.permits;
      const auto first = line.waiters.extract(line.waiters.begin());
      first.mapped().callback(Permit(self));
    }
    line.serving = false;
  }

  std::shared_ptr<Line> line_;
};

}  // namespace poetry
