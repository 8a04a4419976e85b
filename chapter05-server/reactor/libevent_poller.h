#pragma once

#include <event2/util.h>

#include <memory>
#include <string>
#include <vector>

#include "reactor/alarm.h"
#include "reactor/poller.h"

struct event_base;

namespace poetry {

// Waits with libevent, which picks the best way to wait that the system has: epoll on Linux, kqueue
// on macOS.
class LibeventPoller final : public Poller {
 public:
  // `backend`: "epoll", "poll", "select", ...; empty: libevent chooses. Throws std::runtime_error
  // if libevent does not have that backend here.
  explicit LibeventPoller(const std::string& backend = "");
  ~LibeventPoller() override;

  void change(Watch& watch, bool reading, bool writing) override;
  void wait(std::optional<TimePoint> until, std::vector<Watch*>& ready) override;

  // How it waits: "epoll".
  std::string backend() const;

  // For what else runs over libevent's loop; see LibeventResolver. It goes before the poller does.
  event_base* base() const { return base_.get(); }

 private:
  struct BaseDeleter {
    void operator()(event_base* base) const;
  };
  struct Entry;

  static void onEvent(evutil_socket_t fd, short what, void* entry) noexcept;

  std::unique_ptr<event_base, BaseDeleter> base_;
  Alarm alarm_;                                  // rings when the next call is due
  std::vector<std::unique_ptr<Entry>> entries_;  // by descriptor; null where none was ever watched
  std::vector<Watch*>* ready_ = nullptr;         // while it waits
};

}  // namespace poetry
