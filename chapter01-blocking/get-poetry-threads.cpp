// Fetches poems, all at once, with one thread a poem.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "common/syscall.h"
#include "common/unique_fd.h"
#include "options.h"

namespace poetry {

// The report that all threads share. A thread takes the lock before it prints, or two lines would
// end up inside each other.
class SharedReport {
 public:
  explicit SharedReport(const ClientOptions& options) : report_(options, Transcript::kPoems) {}

  void connecting(int task) {
    const std::lock_guard lock(mutex_);
    report_.connecting(task);
  }
  void waiting(int task) {
    const std::lock_guard lock(mutex_);
    report_.waiting(task);
  }
  void handling(int task) {
    const std::lock_guard lock(mutex_);
    report_.handling(task);
  }
  void got(int task, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    report_.got(task, bytes);
  }
  void finished(int task, const std::string& poem) {
    const std::lock_guard lock(mutex_);
    report_.finished(task, poem);
  }
  void failed(int task, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    report_.failed(task, reason);
  }
  int summary() { return report_.summary(); }  // no lock: the threads have ended

 private:
  std::mutex mutex_;
  ClientReport report_;  // guarded by mutex_
};

// Connects to the server; blocks until that is done. A name may have several addresses ("localhost"
// often has two): the first that answers will do. Throws the last one's error.
UniqueFd connectTo(const Address& server) {
  int error = 0;
  for (const Endpoint& endpoint : resolve(server)) {
    UniqueFd socket(::socket(endpoint.family(), SOCK_STREAM, 0));
    if (socket && ::connect(socket.get(), endpoint.data(), endpoint.size()) == 0) return socket;
    error = errno;
  }
  throwErrno("connect " + toString(server), error);
}

// Reads one poem to its end, which is where the server closes the connection.
std::string getPoetry(int task, const Address& server, SharedReport& report) {
  report.connecting(task);
  const UniqueFd socket = connectTo(server);

  std::string poem;
  std::array<char, 4096> buffer;
  for (;;) {
    report.waiting(task);
    // This thread sleeps in here until its server sends something; the others go on.
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    report.handling(task);
    // EINTR: a signal ended the sleep, and nothing was received. Ask again.
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throwErrno("recv from " + toString(server));
    // Zero bytes are not "nothing yet": they say that the server has closed.
    if (count == 0) return poem;
    report.got(task, static_cast<std::size_t>(count));
    poem.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Reports a failure. If even that fails, the exit code still tells: the task has not finished.
void reportFailure(int task, const std::string& reason, SharedReport& report) noexcept {
  try {
    report.failed(task, reason);
  } catch (const std::exception&) {
    return;
  }
}

// Fetches one poem and reports it. Never fails.
// An exception that left it would end the whole program (std::terminate), with the other threads in
// the middle of their work.
void getTask(int task, const Address& server, SharedReport& report) noexcept {
  try {
    report.finished(task, getPoetry(task, server, report));
  } catch (const std::exception& error) {
    reportFailure(task, error.what(), report);
  }
}

int getPoems(const ClientOptions& options) {
  SharedReport report(options);
  std::vector<std::thread> threads;
  int task = 0;
  for (const Address& server : options.addresses) {
    ++task;
    try {
      threads.emplace_back(getTask, task, std::cref(server), std::ref(report));
    } catch (const std::system_error& error) {
      // The system has no more threads for us.
      reportFailure(task, std::string("start a thread: ") + error.what(), report);
    }
  }
  for (std::thread& thread : threads) thread.join();
  return report.summary();
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
