#pragma once

#include <exception>
#include <memory>
#include <vector>

#include "common/report.h"
#include "reactor/reactor.h"

namespace poetry {

// A client's report that learns by itself what its reactor does: when the loop waits, and, for each
// task that works through reactorOf(task), when it has connected, when its handlers run, and what
// it received. So the protocols need not know about the report. If no one looks, it costs nothing.
//
// What the report throws, such as "no space left", ends the reactor's run().
class ReactorReport : public ClientReport {
 public:
  // Both outlive the report. The reactor must not run any more when the report has gone.
  ReactorReport(Reactor& reactor, const BasicClientOptions& options, Transcript transcript);
  ~ReactorReport();

  // The reactor, as the task uses it: what the task asks for through this one is recorded as the
  // task's. Lives as long as the report.
  ReactorTCP& reactorOf(int task);

 private:
  class Loop;
  class Task;
  class TaskProtocol;
  class TaskFactory;

  std::shared_ptr<Loop> loop_;                // null if no one looks
  std::vector<std::unique_ptr<Task>> tasks_;  // by number; made when they are asked for
  Reactor& reactor_;
};

}  // namespace poetry
