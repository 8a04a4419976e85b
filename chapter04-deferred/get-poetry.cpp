// Fetches poems, all at once, in one thread.

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "deferred/coroutine.h"
#include "deferred/deferred_list.h"
#include "net/stream.h"
#include "options.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Reads one poem to its end, which is where the server closes the connection.
Deferred<std::string> getPoetry(ReactorTCP& reactor, Address server) {
  Stream stream = co_await connectTo(reactor, server, "poetry from " + toString(server));

  std::string poem;
  for (;;) {
    // Only we sleep in here until this server sends something. All others go on.
    const std::string bytes = co_await stream.read();
    // Zero bytes are not "nothing yet": they say that the server has closed.
    if (bytes.empty()) co_return poem;
    poem += bytes;
  }
}

// Fetches one poem and reports it. Never fails.
Deferred<void> getTask(Address server, int task, ReactorReport& report) {
  report.connecting(task);
  try {
    report.finished(task, co_await getPoetry(report.reactorOf(task), server));
  } catch (const std::exception& error) {
    report.failed(task, error.what());
  }
}

// Starts all of them. Fires when the last one has ended, however.
Deferred<void> getAllTasks(Reactor& reactor, const ClientOptions& options, ReactorReport& report) {
  std::vector<Deferred<void>> tasks;
  for (const Address& server : options.addresses) {
    const int task = static_cast<int>(tasks.size()) + 1;
    tasks.push_back(getTask(server, task, report));
  }
  co_await gatherResults(std::move(tasks));
  if (reactor.running()) reactor.stop();
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  const Deferred<void> all = getAllTasks(*reactor, options, report);
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
