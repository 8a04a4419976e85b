#include "common/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/elapsed.h"
#include "common/poem.h"
#include "common/syscall.h"

namespace poetry {

namespace {

using Clock = std::chrono::steady_clock;

// One line is one write: it is out at once, even if a signal ends us after it.
void printLine(int fd, const std::string& line) {
  const std::string text = line + "\n";
  writeAll(fd, text.data(), text.size());
}

// The name that a task's state has in a recording; the end of a task is a mark, not a span.
const char* spanFor(TaskState state) {
  switch (state) {
    case TaskState::kConnecting:
      return "connecting";
    case TaskState::kWaiting:
      return "waiting";
    case TaskState::kHandling:
      return "handling";
    case TaskState::kNotStarted:
    case TaskState::kDone:
    case TaskState::kFailed:
      return nullptr;
  }
  return nullptr;
}

std::vector<std::string> namesOf(const std::vector<Address>& addresses) {
  std::vector<std::string> names;
  for (const Address& address : addresses) names.push_back(toString(address));
  return names;
}

}  // namespace

// ---- ClientReport ------------------------------------------------------------------------------

ClientReport::ClientReport(const BasicClientOptions& options, Transcript transcript)
    : options_(options),
      transcript_(transcript),
      started_(Clock::now()),
      tasks_(options.addresses.size()) {
  if (!options.save.empty()) makeFolder(options.save);
  if (options.progress && !options.quiet && ::isatty(STDOUT_FILENO)) {
    progress_ = std::make_unique<Progress>(namesOf(options.addresses), STDOUT_FILENO);
  }
  if (options.record.empty()) return;
  recording_.emplace(options.record, options.program, options.model);
  for (int task = 1; task <= taskCount(); ++task) {
    recording_->nameLane(task, fmt::format("Task {}: {}", task, addressOf(task)));
  }
}

std::string ClientReport::addressOf(int task) const {
  return toString(options_.addresses[static_cast<std::size_t>(task - 1)]);
}

template <typename MakeLine>
void ClientReport::say(MakeLine makeLine) {
  if (!options_.quiet && !progress_) printLine(STDOUT_FILENO, makeLine());
}

void ClientReport::connecting(int task) {
  if (at(task).state == TaskState::kNotStarted) at(task).started = Clock::now();
  enter(task, TaskState::kConnecting);
  if (transcript_ == Transcript::kPoems) {
    say([&] { return fmt::format("Task {}: get poetry from: {}", task, addressOf(task)); });
  }
}

void ClientReport::waiting(int task) {
  enter(task, TaskState::kWaiting);
}

void ClientReport::handling(int task) {
  at(task).beforeHandling = at(task).state;
  enter(task, TaskState::kHandling);
}

void ClientReport::handled(int task) {
  if (at(task).state == TaskState::kHandling) enter(task, at(task).beforeHandling);
}

void ClientReport::got(int task, std::size_t bytes) {
  at(task).bytes += bytes;
  if (recording_) recording_->mark(task, "read", bytes);
  if (progress_) progress_->got(task, bytes);
  if (transcript_ == Transcript::kChunks) {
    say([&] {
      return fmt::format("Task {}: got {} bytes of poetry from {}", task, bytes, addressOf(task));
    });
  }
}

void ClientReport::finished(int task, const std::string& poem) {
  if (!options_.save.empty()) savePoem(options_.save, task, poem);
  enter(task, TaskState::kDone);
  if (recording_) recording_->mark(task, "done", poem.size());
  if (transcript_ == Transcript::kPoems) {
    say([&] {
      return fmt::format("Task {}: got {} bytes of poetry from {} in {}", task, poem.size(),
                         addressOf(task), formatElapsed(Clock::now() - at(task).started));
    });
  }
}

void ClientReport::failed(int task, const std::string& reason) {
  try {
    enter(task, TaskState::kFailed);
    if (recording_) recording_->markFailure(task, reason);
  } catch (const std::exception&) {  // the recording's disk is full, too: go on to the terminal
  }
  try {
    complain(fmt::format("Task {}: {}", task, reason));
  } catch (const std::exception&) {
  }
}

void ClientReport::note(const std::string& line) {
  say([&] { return line; });
}

void ClientReport::note(int task, const std::string& what) {
  note(fmt::format("Task {}: {}", task, what));
}

void ClientReport::loopWaiting() {
  if (recording_) recording_->enter(Recording::kLoop, "waiting");
}

void ClientReport::loopHandling() {
  if (recording_) recording_->enter(Recording::kLoop, "handling");
}

int ClientReport::summary() {
  if (recording_) recording_->leave(Recording::kLoop);
  if (progress_) progress_->finish();
  const auto finished = std::count_if(tasks_.begin(), tasks_.end(), [](const Task& task) {
    return task.state == TaskState::kDone;
  });
  for (int task = 1; transcript_ == Transcript::kChunks && task <= taskCount(); ++task) {
    if (at(task).state != TaskState::kDone) continue;
    say([&] { return fmt::format("Task {}: {} bytes of poetry", task, at(task).bytes); });
  }
  // Bars or not, the sum of it all is a line.
  progress_.reset();
  say([&] {
    return fmt::format("Got {} poems in {}", finished, formatElapsed(Clock::now() - started_));
  });
  return finished == taskCount() ? 0 : 1;
}

void ClientReport::enter(int task, TaskState state) {
  at(task).state = state;
  if (progress_) progress_->enter(task, state);
  if (!recording_) return;
  if (const char* span = spanFor(state)) {
    recording_->enter(task, span);
  } else {
    recording_->leave(task);
  }
}

void ClientReport::complain(const std::string& line) {
  if (progress_ && ::isatty(STDERR_FILENO)) progress_->makeRoomForALine();
  printLine(STDERR_FILENO, line);
}

// ---- ServerReport ------------------------------------------------------------------------------

template <typename MakeLine>
void ServerReport::say(MakeLine makeLine) {
  if (!options_.quiet) printLine(STDOUT_FILENO, makeLine());
}

ServerReport::ServerReport(const BasicServerOptions& options) : options_(options) {
  if (!options.record.empty()) {
    recording_.emplace(options.record, options.program, options.model);
  }
}

void ServerReport::serving(const Endpoint& endpoint) {
  serving(options_.poem, endpoint);
}

void ServerReport::serving(const std::string& what, const Endpoint& endpoint) {
  printLine(STDOUT_FILENO, fmt::format("Serving {} on port {}.", what, endpoint.port()));
}

int ServerReport::wanted(const Endpoint& client) {
  const int number = ++wanted_;
  if (recording_) recording_->nameLane(number, toString(client));
  say([&] { return fmt::format("Somebody at {} wants poetry!", toString(client)); });
  return number;
}

void ServerReport::sending(int client, std::size_t bytes) {
  if (recording_) {
    bytesByClient_[client] += bytes;
    recording_->enter(client, "handling");
    recording_->mark(client, "send", bytes);
  }
  say([&] { return fmt::format("Sending {} bytes", bytes); });
}

void ServerReport::waiting(int client) {
  if (recording_) recording_->enter(client, "waiting");
}

void ServerReport::served(int client) {
  if (recording_) {
    recording_->leave(client);
    recording_->mark(client, "done", bytesByClient_[client]);
    bytesByClient_.erase(client);
  }
}

void ServerReport::left(int client, const std::string& reason) {
  if (recording_) {
    recording_->leave(client);
    recording_->markFailure(client, reason);
    bytesByClient_.erase(client);
  }
  say([&] { return fmt::format("Somebody left before the end: {}", reason); });
}

void ServerReport::note(const std::string& line) {
  say([&] { return line; });
}

void ServerReport::complain(const std::string& line) {
  printLine(STDERR_FILENO, line);
}

}  // namespace poetry
