#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/arguments.h"
#include "common/progress.h"
#include "common/recording.h"

namespace poetry {

// Which lines a client prints.
enum class Transcript {
  kPoems,   // a line when a poem is asked for, and one when it is all there
  kChunks,  // a line for every chunk that arrives, and the sizes at the end
};

// What a client says about its tasks. One call here prints the line, moves the bar (--progress) and
// writes the recording (--record), so that the three always tell the same story. Tasks are counted
// from 1. Not for several threads at once.
//
// Every function may throw std::system_error: a full disk, a closed standard output.
class ClientReport {
 public:
  // Opens the recording and makes the folder for the poems. `options` outlive the report.
  ClientReport(const BasicClientOptions& options, Transcript transcript);

  // Where a task is. It connects once, then waits and handles what came, in turns.
  void connecting(int task);
  void waiting(int task);
  void handling(int task);
  void handled(int task);  // it goes on with what it did before handling()

  // What came of it: some bytes; at last the whole poem, or the reason why there is none, which
  // goes to stderr. With --save, finished() writes the poem; if that throws, the task has not
  // finished. failed() does not throw: where a failure cannot be told, the exit code still does.
  void got(int task, std::size_t bytes);
  void finished(int task, const std::string& poem);
  void failed(int task, const std::string& reason);

  // Something else that is worth a line.
  void note(const std::string& line);
  void note(int task, const std::string& what);

  // What the loop does that drives the tasks, in a program that has one: call loopWaiting() just
  // before the place where it sleeps, and loopHandling() just after it.
  void loopWaiting();
  void loopHandling();

  // Prints how many poems came, and in what time. Returns the exit code: 0, or 1 if a task failed.
  int summary();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // What is known of one task.
  struct Task {
    TimePoint started;
    std::size_t bytes = 0;
    TaskState state = TaskState::kNotStarted;
    TaskState beforeHandling = TaskState::kNotStarted;
  };

  Task& at(int task) { return tasks_[static_cast<std::size_t>(task - 1)]; }
  int taskCount() const { return static_cast<int>(tasks_.size()); }
  std::string addressOf(int task) const;
  void enter(int task, TaskState state);
  void complain(const std::string& line);

  // Prints what `makeLine` returns; does not even make it when no one will read it.
  template <typename MakeLine>
  void say(MakeLine makeLine);

  const BasicClientOptions& options_;
  Transcript transcript_;
  TimePoint started_;
  std::vector<Task> tasks_;
  std::optional<Recording> recording_;
  std::unique_ptr<Progress> progress_;  // none without --progress, or without a terminal
};

// What a server says: the same, for its clients. They are counted from 1.
class ServerReport {
 public:
  // Opens the recording. `options` outlive the report.
  explicit ServerReport(const BasicServerOptions& options);

  // The one line that --quiet does not hide: our parent needs the port. What is served is the poem,
  // unless `what` says otherwise.
  void serving(const Endpoint& endpoint);
  void serving(const std::string& what, const Endpoint& endpoint);

  // A client connected. Returns its number.
  int wanted(const Endpoint& client);
  void sending(int client, std::size_t bytes);
  void waiting(int client);  // for the delay between two sends
  void served(int client);
  void left(int client, const std::string& reason);  // it went before the poem's end

  // Something else that is worth a line; and something that went wrong, which goes to stderr.
  void note(const std::string& line);
  void complain(const std::string& line);

 private:
  // Prints what `makeLine` returns; does not even make it when no one will read it.
  template <typename MakeLine>
  void say(MakeLine makeLine);

  const BasicServerOptions& options_;
  int wanted_ = 0;                            // how many have asked so far
  std::map<int, std::size_t> bytesByClient_;  // for the recording; of clients that are being served
  std::optional<Recording> recording_;
};

}  // namespace poetry
