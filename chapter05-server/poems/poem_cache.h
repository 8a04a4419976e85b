#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "deferred/deferred.h"
#include "reactor/reactor.h"

namespace poetry {

// A poem that many may have at the same time. (A connection copies what its kernel does not take.)
using Poem = std::shared_ptr<const std::string>;

// A poem that is somewhere else: fetched when it is wanted, and kept. However many ask for it
// meanwhile, it is fetched once. An error is not kept: the next one to ask for the poem has it
// fetched again.
class PoemCache {
 public:
  struct Options {
    Duration timeLimit;           // for a fetch
    std::optional<Duration> ttl;  // a poem that is older is stale; none: it never is
  };

  // Begins to fetch the poem. Cancelling the Deferred must stop that.
  using Fetch = std::function<Deferred<std::string>()>;

  // Is told of every fetch that has failed.
  using Log = std::function<void(const std::string&)>;

  // The clock, and what the functions use, outlives us.
  PoemCache(ReactorTime& clock, Fetch fetch, const Options& options, Log log);

  // The poem; at once, if it is here and fresh. If it cannot be fetched, a stale one is better than
  // none; if there is none, fails with the reason. Cancel the Deferred if the poem is not wanted
  // any more; when the last one is cancelled, so is the fetch.
  Deferred<Poem> getPoem();

 private:
  bool isFresh() const;
  void startFetching();
  void fetched(std::string poem);
  void failed(const Failure& reason);
  void wantsNoMore(std::uint64_t waiter);
  void answer(const Result<Poem>& result);

  ReactorTime& clock_;
  Fetch fetch_;
  Options options_;
  Log log_;
  Poem poem_;  // null: none yet
  TimePoint fetchedAt_;
  bool fetching_ = false;
  std::optional<Deferred<void>> underWay_;           // while it is fetching, to cancel that
  std::map<std::uint64_t, Deferred<Poem>> waiters_;  // by number, as they came
  std::uint64_t lastWaiter_ = 0;
};

}  // namespace poetry
