// raw-epoll: sends a poem to whoever connects, with epoll and nothing else: the yardstick.
//
//   raw-epoll poetry/ecstasy.txt
//
// It prints its port. A client costs an accept, a send and a close; only one that does not take its
// poem at once is watched.

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "plain.h"

namespace poetry {

class Server {
 public:
  explicit Server(std::string poem) : poem_(std::move(poem)) {
    watch(listener_, EPOLLIN);
    sayPortOf(listener_);
  }

  [[noreturn]] void serve() {
    for (;;) {
      epoll_event events[64];
      const int count = ::epoll_wait(epoll_, events, 64, -1);
      if (count < 0 && errno != EINTR) die("epoll_wait");
      for (int i = 0; i < count; ++i) handle(events[i].data.fd);
    }
  }

 private:
  void watch(int fd, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    must(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
  }

  void handle(int fd) {
    if (fd == listener_) return acceptAll();
    std::size_t& sent = sent_.at(fd);
    sent += send(fd, sent);
    if (sent < poem_.size()) return;
    sent_.erase(fd);
    ::close(fd);
  }

  void acceptAll() {
    for (;;) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (client < 0 && errno == EAGAIN) return;
      must(client, "accept4");
      begin(client);
    }
  }

  void begin(int client) {
    const std::size_t sent = send(client, 0);
    if (sent == poem_.size()) {
      ::close(client);
    } else {
      sent_.emplace(client, sent);
      watch(client, EPOLLOUT);
    }
  }

  // Returns how much the kernel took: all, if nobody is there any more.
  std::size_t send(int client, std::size_t from) const {
    const std::size_t left = poem_.size() - from;
    const ssize_t count = ::send(client, poem_.data() + from, left, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN ? 0 : left;
    return static_cast<std::size_t>(count);
  }

  std::string poem_;
  int epoll_ = must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  int listener_ = listenSomewhere();
  std::map<int, std::size_t> sent_;  // of those who are watched
};

}  // namespace poetry

int main(int argc, char** argv) {
  poetry::Server(poetry::poemFrom(argc, argv)).serve();
}
