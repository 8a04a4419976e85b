// Fetches poems, all at once, in one thread.

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/report.h"
#include "deferred/coroutine.h"
#include "deferred/deferred_list.h"
#include "deferred/deferred_semaphore.h"
#include "options.h"
#include "poems/poem_client.h"
#include "reactor/diagnostics/reactor_report.h"
#include "reactor/exit.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Fetches one poem and reports it. Never fails.
Deferred<void> getTask(Address server, int task, DeferredSemaphore& semaphore,
                       ReactorReport& report) {
  const DeferredSemaphore::Permit permit = co_await semaphore.acquire();
  report.connecting(task);
  try {
    report.finished(task, co_await getPoetry(report.reactorOf(task), server));
  } catch (const std::exception& error) {
    report.failed(task, error.what());
  }
}

// Starts all of them. Fires when the last one has ended, however.
Deferred<void> getAllTasks(Reactor& reactor, const ClientOptions& options,
                           DeferredSemaphore& semaphore, ReactorReport& report) {
  std::vector<Deferred<void>> tasks;
  for (const Address& server : options.addresses) {
    const int task = static_cast<int>(tasks.size()) + 1;
    tasks.push_back(getTask(server, task, semaphore, report));
  }
  co_await gatherResults(std::move(tasks));
  if (reactor.running()) reactor.stop();
}

int getPoems(const ClientOptions& options) {
  const auto reactor = makeReactor(options, Default::kLibevent);
  ReactorReport report(*reactor, options, Transcript::kChunks);

  DeferredSemaphore semaphore(options.limit > 0 ? options.limit : options.addresses.size());
  const Deferred<void> all = getAllTasks(*reactor, options, semaphore, report);
  reactor->run();
  return finish(*reactor, report.summary());
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runClient(argc, argv, poetry::getPoems);
}
