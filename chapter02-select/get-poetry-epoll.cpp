// Fetches poems, all at once, in one thread.

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "options.h"

namespace poetry {

// Chapter 1 keeps this on the stack of getPoetry, for as long as that call lasts. Here all poems
// are under way at once, so each has to remember how far it has got.
struct Task {
  int number;
  const Address& server;
  std::vector<Endpoint> untried = {};  // addresses of the server not tried yet
  UniqueFd socket = {};                // none before the first connect, none when the task is over
  bool connected = false;
  std::string poem = {};
};

// Fetches the poems of all servers.
class Client {
 public:
  // Owns neither; both must outlive it.
  Client(const std::vector<Address>& servers, ClientReport& report) : report_(report) {
    tasks_.reserve(servers.size());
    for (const Address& server : servers) {
      tasks_.push_back({.number = static_cast<int>(tasks_.size()) + 1, .server = server});
    }
  }

  // Returns when all tasks are over.
  void getPoetry() {
    underWay_ = tasks_.size();
    for (Task& task : tasks_) start(task);
    while (underWay_ > 0) {
      report_.loopWaiting();
      const std::vector<Task*> ready = waitForReady();
      report_.loopHandling();
      for (Task* task : ready) handle(*task);
    }
  }

 private:
  // Looks up the server and begins to connect.
  void start(Task& task) {
    report_.connecting(task.number);
    try {
      // Here one task still makes all others wait: looking up a name blocks. (A numeric address
      // needs no look-up.) Chapter 3 fixes that.
      task.untried = resolve(task.server);
      startConnecting(task);
    } catch (const std::exception& error) {
      fail(task, error);
    }
  }

  // The tasks that can go on. Sleeps until there is one; nothing else in this program sleeps.
  std::vector<Task*> waitForReady() {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
    // EINTR: a signal ended the sleep, and nothing is known to be ready. We will be asked again.
    if (count < 0 && errno == EINTR) return {};
    checked(count, "epoll_wait");

    std::vector<Task*> ready;
    for (int i = 0; i < count; ++i) {
      ready.push_back(static_cast<Task*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    return ready;
  }

  // Tells the kernel what a task waits for. select and poll are given the whole list each time;
  // epoll keeps the list and is told of changes. A closed socket leaves it by itself.
  void watch(Task& task, int change) {
    epoll_event event{};
    event.events = task.connected ? EPOLLIN : EPOLLOUT;
    event.data.ptr = &task;
    checked(::epoll_ctl(epoll_.get(), change, task.socket.get(), &event), "epoll_ctl");
  }

  // Does what a ready task is ready for.
  void handle(Task& task) {
    report_.handling(task.number);
    try {
      if (!task.connected) {
        finishConnecting(task);
      } else {
        readPoetry(task);
      }
    } catch (const std::exception& error) {
      fail(task, error);
    }
  }

  // Begins to connect to the server's next address. Does not wait for the answer.
  void startConnecting(Task& task) {
    const Endpoint endpoint = task.untried.front();
    task.untried.erase(task.untried.begin());
    task.socket.reset(::socket(endpoint.family(), SOCK_STREAM, 0));
    if (!task.socket) return tryNext(task, errno);
    setNonBlocking(task.socket.get());
    // EINPROGRESS is the answer that we want: the kernel does the rest, and the socket becomes
    // writable when it has connected or failed.
    const int result = ::connect(task.socket.get(), endpoint.data(), endpoint.size());
    if (result < 0 && errno != EINPROGRESS) return tryNext(task, errno);
    watch(task, EPOLL_CTL_ADD);
  }

  // The kernel is done connecting. SO_ERROR says how it went.
  void finishConnecting(Task& task) {
    int error = 0;
    socklen_t size = sizeof error;
    checked(::getsockopt(task.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt");
    if (error != 0) return tryNext(task, error);
    task.connected = true;
    watch(task, EPOLL_CTL_MOD);
    report_.waiting(task.number);
  }

  // One address has failed. Goes on with the server's next one, if there is one.
  void tryNext(Task& task, int error) {
    if (task.untried.empty()) throwErrno("connect " + toString(task.server), error);
    report_.connecting(task.number);
    startConnecting(task);
  }

  // Reads what there is of a poem, until the socket would block.
  void readPoetry(Task& task) {
    // A server that sends as fast as we read would keep us here and starve the others: we read at
    // most kHelpings times. The rest stays in the kernel, and the socket stays readable.
    constexpr int kHelpings = 16;
    std::array<char, 4096> buffer;
    for (int i = 0; i < kHelpings; ++i) {
      const ssize_t count = ::recv(task.socket.get(), buffer.data(), buffer.size(), 0);
      // EAGAIN is no failure: that was all, for now.
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
      if (count < 0) throwErrno("recv from " + toString(task.server));
      // Zero bytes are not "nothing yet": they say that the server has closed.
      if (count == 0) return finish(task);
      report_.got(task.number, static_cast<std::size_t>(count));
      task.poem.append(buffer.data(), static_cast<std::size_t>(count));
    }
    report_.waiting(task.number);
  }

  void finish(Task& task) {
    report_.finished(task.number, task.poem);
    end(task);
  }

  void fail(Task& task, const std::exception& error) {
    report_.failed(task.number, error.what());
    end(task);
  }

  void end(Task& task) {
    task.socket.reset();
    --underWay_;
  }

  ClientReport& report_;
  std::vector<Task> tasks_;
  UniqueFd epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::size_t underWay_ = 0;
};

int getPoems(const ClientOptions& options) {
  ClientReport report(options, Transcript::kChunks);
  Client(options.addresses, report).getPoetry();
  return report.summary();
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
