// Fetches poems, all at once, in one thread.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

class Client;

// Chapter 1 keeps this on the stack of getPoetry, for as long as that call lasts. Here all poems
// are under way at once, so each has to remember how far it has got.
// The reactor knows a task as something with a descriptor, to be called when that is ready.
struct Task : Reader, Writer {
  Task(Client& client_, int number_, const Address& server_)
      : client(client_), number(number_), server(server_) {}
  int fileno() const override { return socket.get(); }
  std::string logPrefix() const override { return "poetry from " + toString(server); }
  void doWrite() override;
  void doRead() override;
  void connectionLost(const Failure& reason) override;

  Client& client;
  int number;
  const Address& server;
  std::vector<Endpoint> untried = {};  // addresses of the server not tried yet
  UniqueFd socket = {};                // none before the first connect, none when the task is over
  std::string poem = {};
};

// Fetches the poems of all servers.
class Client {
 public:
  // Owns neither; both must outlive it.
  Client(Reactor& reactor, const std::vector<Address>& servers, ClientReport& report)
      : reactor_(reactor), report_(report) {
    tasks_.reserve(servers.size());
    for (const Address& server : servers) {
      tasks_.emplace_back(*this, static_cast<int>(tasks_.size()) + 1, server);
    }
  }

  // Returns when all tasks are over.
  void getPoetry() {
    underWay_ = tasks_.size();
    for (Task& task : tasks_) start(task);
    reactor_.run();  // a signal ends it, too
  }

 private:
  friend Task;

  // Looks up the server and begins to connect.
  void start(Task& task) {
    report_.connecting(task.number);
    reactor_.resolve(
        task.server,
        [this, &task](std::vector<Endpoint> endpoints) {
          task.untried = std::move(endpoints);
          startConnecting(task);
        },
        [this, &task](const Failure& reason) { fail(task, reason); });
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
    watch(task);
  }

  // Has the reactor call the task when it is connected.
  void watch(Task& task) {
    try {
      reactor_.addWriter(task);
    } catch (const std::exception&) {  // select has no bit for this descriptor
      fail(task, Failure::current());
    }
  }

  // The kernel is done connecting. SO_ERROR says how it went.
  void finishConnecting(Task& task) {
    report_.handling(task.number);
    int error = 0;
    socklen_t size = sizeof error;
    checked(::getsockopt(task.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt");
    reactor_.removeWriter(task);
    if (error != 0) return tryNext(task, error);
    reactor_.addReader(task);
    report_.waiting(task.number);
  }

  // One address has failed. Goes on with the server's next one, if there is one.
  void tryNext(Task& task, int error) {
    if (task.untried.empty()) {
      return fail(task, Failure::of(std::system_error(error, std::generic_category(),
                                                      "connect " + toString(task.server))));
    }
    startConnecting(task);
  }

  // Reads what there is of a poem, until the socket would block.
  void readPoetry(Task& task) {
    report_.handling(task.number);
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

  void fail(Task& task, const Failure& reason) {
    report_.failed(task.number, reason.message());
    end(task);
  }

  void end(Task& task) {
    if (task.socket) reactor_.removeReader(task);
    task.socket.reset();
    // A reactor that has stopped fails the tasks that are left: then there is nothing to stop.
    if (--underWay_ == 0 && reactor_.running()) reactor_.stop();
  }

  Reactor& reactor_;
  ClientReport& report_;
  std::vector<Task> tasks_;
  std::size_t underWay_ = 0;
};

void Task::doWrite() {
  client.finishConnecting(*this);
}

void Task::doRead() {
  client.readPoetry(*this);
}

// What the two above have thrown ends up here.
void Task::connectionLost(const Failure& reason) {
  client.fail(*this, reason);
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kSelect);
  ReactorReport report(*reactor, options, Transcript::kChunks);
  Client(*reactor, options.addresses, report).getPoetry();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
