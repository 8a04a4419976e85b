#include "common/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "common/syscall.h"

namespace poetry {

namespace {

constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kNarrowestBar = 8;
constexpr std::size_t kFewTasks = 64;
constexpr auto kFrame = std::chrono::milliseconds(33);  // a faster picture is not seen

const char* wordFor(TaskState state) {
  switch (state) {
    case TaskState::kNotStarted:
      return "not started";
    case TaskState::kConnecting:
      return "connecting";
    case TaskState::kWaiting:
      return "waiting";
    case TaskState::kHandling:
      return "receiving";
    case TaskState::kDone:
      return "done";
    case TaskState::kFailed:
      return "failed";
  }
  return "";
}

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

ScreenSize screenSize(int terminal) {
  winsize size{};
  if (::ioctl(terminal, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

// A bar of `cells` cells in brackets. The scale doubles whenever the longest bar would be too long.
std::string drawBar(std::size_t bytes, std::size_t mostBytes, std::size_t cells) {
  if (cells == 0) return "";
  std::size_t bytesPerCell = 16;
  while (bytesPerCell * cells < mostBytes) bytesPerCell *= 2;
  return fmt::format("[{:{}}]", std::string(bytes / bytesPerCell, '#'), cells);
}

bool isOver(TaskState state) {
  return state == TaskState::kDone || state == TaskState::kFailed;
}

}  // namespace

Progress::Progress(std::vector<std::string> names, int terminal) : terminal_(terminal) {
  rows_.reserve(names.size());
  for (std::string& name : names) {
    nameWidth_ = std::max(nameWidth_, name.size());
    rows_.push_back({.name = std::move(name), .started = {}, .ended = {}});
  }
}

void Progress::enter(int task, TaskState state) {
  Row& row = rows_[static_cast<std::size_t>(task - 1)];
  if (row.state == state) return;
  if (row.state == TaskState::kNotStarted) row.started = Clock::now();
  if (isOver(state)) row.ended = Clock::now();
  row.state = state;
  // A task that waits may do so for long: let the screen be true meanwhile. With very many tasks,
  // such pictures would cost more than the poems do.
  const bool mayLast = state == TaskState::kWaiting || state == TaskState::kConnecting;
  if ((mayLast && rows_.size() <= kFewTasks) || Clock::now() - drawn_ >= kFrame) draw();
}

void Progress::got(int task, std::size_t bytes) {
  rows_[static_cast<std::size_t>(task - 1)].bytes += bytes;
  if (Clock::now() - drawn_ >= kFrame) draw();
}

void Progress::finish() {
  draw();
}

void Progress::makeRoomForALine() {
  if (drawnLines_ == 0) return;
  const std::string erase = fmt::format("\x1b[{}A\r\x1b[J", drawnLines_);
  writeAll(terminal_, erase.data(), erase.size());
  drawnLines_ = 0;
}

std::size_t Progress::longest() const {
  std::size_t longest = 0;
  for (const Row& row : rows_) longest = std::max(longest, row.bytes);
  return longest;
}

// All of a task's line but the bar. Equally long for all tasks, so that the bars are comparable.
std::string Progress::drawText(std::size_t index, Layout layout, Clock::time_point now) const {
  const Row& row = rows_[index];
  const auto until = isOver(row.state) ? row.ended : now;
  const double seconds = std::chrono::duration<double>(until - row.started).count();
  const double rate = row.bytes > 0 && seconds > 0 ? static_cast<double>(row.bytes) / seconds : 0;
  const std::size_t numberWidth = std::to_string(rows_.size()).size();
  std::string text = fmt::format("Task {:{}}  ", index + 1, numberWidth);
  if (layout.showsName) text += fmt::format("{:{}}  ", row.name, nameWidth_);
  text += fmt::format("{:11} {:7} bytes ", wordFor(row.state), row.bytes);
  if (layout.showsRate) text += fmt::format("{:8.0f} B/s  ", rate);
  return text;
}

void Progress::draw() {
  const ScreenSize screen = screenSize(terminal_);
  const auto now = Clock::now();
  const std::size_t shown = std::min(rows_.size(), std::max<std::size_t>(screen.lines, 4) - 3);
  const std::size_t mostBytes = longest();

  // Up over the old picture, then each line anew: erased to its end, and cut before it would wrap.
  std::string picture = drawnLines_ == 0 ? "" : fmt::format("\x1b[{}A", drawnLines_);
  const auto addLine = [&](const std::string& line) {
    picture += fmt::format("\r{:.{}}\x1b[K\n", line, screen.columns - 1);
  };
  const auto roomBeside = [&](Layout layout) {
    const std::size_t used = drawText(0, layout, now).size() + 3;  // the brackets, and no wrap
    return screen.columns > used ? screen.columns - used : 0;
  };
  Layout layout;
  layout.showsRate = roomBeside(layout) >= kNarrowestBar;
  layout.showsName = roomBeside(layout) >= kNarrowestBar;
  const std::size_t cells = std::min(roomBeside(layout), kWidestBar);
  for (std::size_t index = 0; index < shown; ++index) {
    addLine(drawText(index, layout, now) + drawBar(rows_[index].bytes, mostBytes, cells));
  }
  if (shown < rows_.size()) {
    const auto over =
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return isOver(row.state); });
    addLine(fmt::format("and {} more; {} of all {} are over", rows_.size() - shown, over,
                        rows_.size()));
  }
  picture += "\x1b[J";  // a terminal that has shrunk may have kept old lines below
  drawnLines_ = shown + (shown < rows_.size() ? 1 : 0);
  writeAll(terminal_, picture.data(), picture.size());
  drawn_ = now;
}

}  // namespace poetry
