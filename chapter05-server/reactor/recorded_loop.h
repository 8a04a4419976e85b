#pragma once

#include "common/report.h"
#include "reactor/reactor.h"

namespace poetry {

// Passes what a reactor does on to the report, for as long as it lives: so the lines, the bars and
// the recording need nothing from the protocols. Neither is owned; both outlive it.
class RecordedLoop final : public LoopObserver {
 public:
  RecordedLoop(Reactor& reactor, ClientReport& report, const ReportOptions& options)
      : reactor_(reactor), report_(report) {
    const bool somebodyLooks = !options.quiet || !options.record.empty();
    if (somebodyLooks) reactor_.setObserver(this);
  }
  ~RecordedLoop() override { reactor_.setObserver(nullptr); }
  RecordedLoop(const RecordedLoop&) = delete;
  RecordedLoop& operator=(const RecordedLoop&) = delete;

  void loopWaiting() override { report_.loopWaiting(); }
  void loopHandling() override { report_.loopHandling(); }
  void handling(int task) override {
    if (task > 0) report_.handling(task);
  }
  void handled(int task) override {
    if (task > 0) report_.handled(task);
  }
  void connected(int task) override {
    if (task > 0) report_.waiting(task);
  }
  void received(int task, std::size_t bytes) override {
    if (task > 0) report_.got(task, bytes);
  }

 private:
  Reactor& reactor_;
  ClientReport& report_;
};

}  // namespace poetry
