#include "poems/poem_cache.h"

#include <utility>

namespace poetry {

PoemCache::PoemCache(ReactorTime& clock, Fetch fetch, const Options& options, Log log)
    : clock_(clock), fetch_(std::move(fetch)), options_(options), log_(std::move(log)) {}

Deferred<Poem> PoemCache::getPoem() {
  if (isFresh()) return succeed(poem_);
  const std::uint64_t number = ++lastWaiter_;
  Deferred<Poem> waiter([this, number] { wantsNoMore(number); });
  waiters_.emplace(number, waiter);
  if (!fetching_) startFetching();
  return waiter;
}

bool PoemCache::isFresh() const {
  return poem_ != nullptr && (!options_.ttl || clock_.now() - fetchedAt_ < *options_.ttl);
}

void PoemCache::startFetching() {
  fetching_ = true;
  const Deferred<void> fetch =
      maybeDeferred(fetch_)
          .addTimeout(options_.timeLimit, clock_)
          .addCallbacks([this](std::string poem) { fetched(std::move(poem)); },
                        [this](const Failure& reason) { failed(reason); });
  if (fetching_) underWay_ = fetch;  // it may be over already
}

void PoemCache::fetched(std::string poem) {
  fetching_ = false;
  underWay_.reset();
  poem_ = std::make_shared<const std::string>(std::move(poem));
  fetchedAt_ = clock_.now();
  answer(poem_);
}

void PoemCache::failed(const Failure& reason) {
  fetching_ = false;
  underWay_.reset();
  if (waiters_.empty()) return;  // no one is waiting: we have cancelled it
  answer(poem_ != nullptr ? Result<Poem>(poem_) : Result<Poem>(reason));
  log_(reason.message());
}

// One after the other, and each is taken out before it is fired: what it does with the answer may
// make another one leave, or ask again; that one then has to wait for the next answer.
void PoemCache::answer(const Result<Poem>& result) {
  const std::uint64_t last = lastWaiter_;
  while (!waiters_.empty() && waiters_.begin()->first <= last) {
    const auto first = waiters_.extract(waiters_.begin());
    first.mapped().fire(result);
  }
}

void PoemCache::wantsNoMore(std::uint64_t waiter) {
  waiters_.erase(waiter);
  if (!waiters_.empty() || !underWay_) return;
  const Deferred<void> fetch = *std::exchange(underWay_, std::nullopt);
  fetch.cancel();
}

}  // namespace poetry
