#pragma once

#include <event2/event.h>

#include <memory>

namespace poetry::testing {

struct EventBaseDeleter {
  void operator()(event_base* base) const { event_base_free(base); }
};

// libevent's loop, owned.
using EventBase = std::unique_ptr<event_base, EventBaseDeleter>;

}  // namespace poetry::testing
