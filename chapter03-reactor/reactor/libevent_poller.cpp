#include "reactor/libevent_poller.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace poetry {

namespace {

std::vector<std::string> backends() {
  std::vector<std::string> names;
  for (const char** name = event_get_supported_methods(); *name != nullptr; ++name) {
    names.emplace_back(*name);
  }
  return names;
}

struct ConfigDeleter {
  void operator()(event_config* config) const { event_config_free(config); }
};
using Config = std::unique_ptr<event_config, ConfigDeleter>;

// libevent can only be told which backends to avoid.
void choose(event_config* config, const std::string& backend) {
  const std::vector<std::string> all = backends();
  if (std::find(all.begin(), all.end(), backend) == all.end()) {
    throw std::runtime_error(
        fmt::format("libevent has no backend '{}' here, only {}", backend, fmt::join(all, ", ")));
  }
  for (const std::string& other : all) {
    if (other != backend) event_config_avoid_method(config, other.c_str());
  }
}

// libevent logs to standard error, past --quiet. All of it that matters also comes back as the
// result of a call, except for its last words before it ends the process, as it does when it can
// get no descriptor for itself.
void onlyLastWords(int severity, const char* message) {
  if (severity == EVENT_LOG_ERR) std::fprintf(stderr, "libevent: %s\n", message);
}

event_base* makeBase(const std::string& backend) {
  event_set_log_callback(onlyLastWords);
  const Config config(event_config_new());
  if (!backend.empty()) choose(config.get(), backend);
  // A socket that has connected is watched for reading instead of writing: with this flag, epoll is
  // told of that once, not twice.
  event_config_set_flag(config.get(), EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
  event_base* base = event_base_new_with_config(config.get());
  if (base == nullptr) throw std::runtime_error("libevent: event_base_new failed");
  return base;
}

}  // namespace

void LibeventPoller::BaseDeleter::operator()(event_base* base) const {
  event_base_free(base);
}

// A watch together with the event by which libevent knows it.
struct LibeventPoller::Entry {
  Entry(LibeventPoller& poller_) : poller(poller_) {}
  ~Entry() { forget(); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void forget() {
    if (watch != nullptr) event_del(&event);
    watch = nullptr;
  }

  LibeventPoller& poller;
  Watch* watch = nullptr;  // null: libevent does not know it
  struct event event {};
};

LibeventPoller::LibeventPoller(const std::string& backend)
    : base_(makeBase(backend)), alarm_(base_.get()) {}

LibeventPoller::~LibeventPoller() = default;

std::string LibeventPoller::backend() const {
  return event_base_get_method(base_.get());
}

void LibeventPoller::change(Watch& watch, bool reading, bool writing) {
  const auto fd = static_cast<std::size_t>(watch.fd);
  if (fd >= entries_.size()) entries_.resize(fd + 1);
  std::unique_ptr<Entry>& entry = entries_[fd];
  if (!entry) entry = std::make_unique<Entry>(*this);
  entry->forget();
  if (!reading && !writing) return;

  const int what = (reading ? EV_READ : 0) | (writing ? EV_WRITE : 0) | EV_PERSIST;
  event_assign(&entry->event, base_.get(), watch.fd, static_cast<short>(what), onEvent,
               entry.get());
  if (event_add(&entry->event, nullptr) != 0) {
    throw std::runtime_error(fmt::format("libevent can not watch descriptor {}", watch.fd));
  }
  entry->watch = &watch;
}

void LibeventPoller::wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) {
  const bool sleeps = !until || *until > TimePoint::clock::now();
  if (sleeps) alarm_.set(until);
  // Once in either case: with NONBLOCK alone libevent goes on for as long as anything is ready.
  const int flags = sleeps ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK;
  ready_ = &ready;
  const int result = event_base_loop(base_.get(), flags);
  ready_ = nullptr;
  if (result < 0) throw std::runtime_error("libevent: event_base_loop failed");
}

// libevent is C, and no exception may cross a C frame. So no handler is called from here: we only
// note what is ready, and the reactor calls the handlers when libevent has returned.
void LibeventPoller::onEvent(evutil_socket_t, short what, void* entry) noexcept {
  const auto& self = *static_cast<Entry*>(entry);
  // A resolver that is destroyed runs libevent's loop, too. The event will be there next time.
  if (self.poller.ready_ == nullptr) return;
  self.watch->readable = (what & EV_READ) != 0;
  self.watch->writable = (what & EV_WRITE) != 0;
  self.poller.ready_->push_back(self.watch);
}

}  // namespace poetry
