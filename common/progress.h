#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace poetry {

enum class TaskState { kNotStarted, kConnecting, kWaiting, kHandling, kDone, kFailed };

// Live bars on a terminal, one line per task:
//
//   Task 1  127.0.0.1:10000  waiting       1230 bytes      300 B/s  [#####      ]
//
// A poem's size is not known before its end, so all bars share a scale that grows with the longest.
// The cursor rests below the bars between two pictures, so a program that is stopped at any moment
// leaves the terminal in order. Nothing moves while the program is blocked: what you see then is
// where it stood when it went to sleep.
class Progress {
 public:
  // `names` are the tasks', in order. Draws on `terminal`, a descriptor that is not ours.
  Progress(std::vector<std::string> names, int terminal);

  void enter(int task, TaskState state);
  void got(int task, std::size_t bytes);

  // Draws the last picture.
  void finish();

  // Makes room above the bars for a line that the caller prints next on this terminal. The bars are
  // drawn anew, below it, with the next change.
  void makeRoomForALine();

 private:
  using Clock = std::chrono::steady_clock;

  struct Row {
    std::string name;
    TaskState state = TaskState::kNotStarted;
    std::size_t bytes = 0;
    Clock::time_point started;
    Clock::time_point ended;
  };

  // What has room in a line besides the bar: a narrow terminal does without the rate and the name.
  struct Layout {
    bool showsName = true;
    bool showsRate = true;
  };

  std::string drawText(std::size_t index, Layout layout, Clock::time_point now) const;
  std::size_t longest() const;
  void draw();

  std::vector<Row> rows_;
  int terminal_;
  std::size_t nameWidth_ = 0;
  std::size_t drawnLines_ = 0;  // of the picture on the screen
  Clock::time_point drawn_;     // when
};

}  // namespace poetry
