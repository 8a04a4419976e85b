#include "reactor/timer_queue.h"

#include <algorithm>
#include <utility>

#include "reactor/errors.h"

namespace poetry {

namespace {

// Four children to a node, where the textbook has two: the heap is half as deep, and the four lie
// side by side in memory.
constexpr std::size_t kChildren = 4;

std::size_t parentOf(std::size_t place) {
  return (place - 1) / kChildren;
}

TimerQueue& queueOf(const Timer* timer) {
  if (timer == nullptr) throw AlreadyCancelled("there is no delayed call");
  if (timer->called) throw AlreadyCalled("the delayed call was made already");
  if (timer->queue == nullptr) throw AlreadyCancelled("the delayed call was cancelled already");
  return *timer->queue;
}

}  // namespace

// ---- DelayedCall -------------------------------------------------------------------------------

bool DelayedCall::active() const {
  return timer_ != nullptr && timer_->queue != nullptr;
}

void DelayedCall::cancel() {
  queueOf(timer_.get()).cancel(*timer_);
}

void DelayedCall::reset(Duration delay) {
  queueOf(timer_.get()).reset(*timer_, delay);
}

// ---- TimerQueue --------------------------------------------------------------------------------

TimerQueue::~TimerQueue() {
  // A callback that dies here may hold the last handle of another timer, so each is let go of after
  // it has left the heap.
  while (!heap_.empty()) {
    const Entry last = std::move(heap_.back());
    heap_.pop_back();
    last.timer->queue = nullptr;
  }
}

DelayedCall TimerQueue::add(Duration delay, Callback callback, CallSite where) {
  auto timer = std::make_shared<Timer>();
  timer->callback = std::move(callback);
  timer->where = where;
  timer->queue = this;
  heap_.emplace_back();
  moveUp(heap_.size() - 1, {after(delay), added_++, timer});
  return DelayedCall(std::move(timer));
}

void TimerQueue::cancel(Timer& timer) {
  const Entry out = takeOut(timer.place);
  timer.queue = nullptr;
  // The callback may hold handles, even to this timer: it goes last.
  const Callback unused = std::move(timer.callback);
}

void TimerQueue::reset(Timer& timer, Duration delay) {
  Entry entry = std::move(heap_[timer.place]);
  entry.when = after(delay);
  entry.order = added_++;
  settle(timer.place, std::move(entry));
}

std::optional<TimePoint> TimerQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

std::shared_ptr<Timer> TimerQueue::takeDue(TimePoint time) {
  if (heap_.empty() || heap_.front().when > time) return nullptr;
  Entry first = takeOut(0);
  first.timer->called = true;
  first.timer->queue = nullptr;
  return std::move(first.timer);
}

TimePoint TimerQueue::after(Duration delay) const {
  const TimePoint time = now();
  return delay < TimePoint::max() - time ? time + std::max(delay, Duration::zero())
                                         : TimePoint::max();
}

void TimerQueue::put(std::size_t place, Entry entry) {
  entry.timer->place = place;
  heap_[place] = std::move(entry);
}

// Puts the entry at `place`, which is free, or above it: whatever is larger makes room.
void TimerQueue::moveUp(std::size_t place, Entry entry) {
  while (place > 0 && entry < heap_[parentOf(place)]) {
    put(place, std::move(heap_[parentOf(place)]));
    place = parentOf(place);
  }
  put(place, std::move(entry));
}

// Puts the entry at `place`, which is free, or below it.
void TimerQueue::moveDown(std::size_t place, Entry entry) {
  for (;;) {
    const std::size_t first = place * kChildren + 1;
    if (first >= heap_.size()) break;
    const auto begin = heap_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min(kChildren, heap_.size() - first);
    const auto least = std::min_element(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (!(*least < entry)) break;
    const auto child = static_cast<std::size_t>(least - heap_.begin());
    put(place, std::move(heap_[child]));
    place = child;
  }
  put(place, std::move(entry));
}

void TimerQueue::settle(std::size_t place, Entry entry) {
  if (place > 0 && entry < heap_[parentOf(place)]) {
    moveUp(place, std::move(entry));
  } else {
    moveDown(place, std::move(entry));
  }
}

TimerQueue::Entry TimerQueue::takeOut(std::size_t place) {
  Entry out = std::move(heap_[place]);
  Entry last = std::move(heap_.back());  // which may be the one that goes
  heap_.pop_back();
  if (place < heap_.size()) settle(place, std::move(last));
  return out;
}

}  // namespace poetry
