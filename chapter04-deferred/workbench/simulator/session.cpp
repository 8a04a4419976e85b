#include "workbench/simulator/session.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "common/file.h"
#include "common/syscall.h"
#include "workbench/simulator/run.h"
#include "workbench/simulator/svg.h"
#include "workbench/simulator/text.h"

namespace poetry::simulator {

namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kMostUndone = 100;

std::size_t widthFromEnvironment() {
  const char* columns = std::getenv("COLUMNS");
  if (columns == nullptr) return kUsualWidth;
  const std::string_view text = columns;
  std::size_t width = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, width);
  return error == std::errc() && stop == end && width > 0 ? width : kUsualWidth;
}

std::size_t outputWidth() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return std::clamp(known ? size.ws_col : widthFromEnvironment(), kLeastWidth, kMostWidth);
}

// See no-color.org.
bool wantsColours() {
  const char* without = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (without == nullptr || *without == '\0');
}

void say(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) throwErrno("write standard output");
}

}  // namespace

bool Session::obey(std::string_view line) {
  const Command command = parseLine(line);
  if (const Order* order = std::get_if<Order>(&command)) {
    if (*order != Order::kQuit) obeyOrder(*order);
    return *order != Order::kQuit;
  }
  Script script = script_;
  if (const Pair* pair = std::get_if<Pair>(&command)) script.add(*pair);
  if (const Firing* firing = std::get_if<Firing>(&command)) script.add(*firing);
  change(script);
  return true;
}

void Session::obeyOrder(Order order) {
  if (order == Order::kHelp) return say(kInputHelp);
  if (order == Order::kDraw) return draw();
  if (order == Order::kClear) return change({});
  if (order != Order::kUndo) return;
  if (before_.empty()) throw InputError("there is nothing to undo");
  script_ = std::move(before_.back());
  before_.pop_back();
  stale_ = true;
}

void Session::change(const Script& script) {
  if (before_.size() == kMostUndone) before_.erase(before_.begin());
  before_.push_back(std::exchange(script_, script));
  stale_ = true;
}

void Session::draw() {
  const std::vector<Run> runs = simulateBoth(script_);
  const std::size_t width = options_.width > 0 ? options_.width : outputWidth();
  say(drawText(script_, runs, width, wantsColours()));
  if (!options_.svg.empty()) writeFile(options_.svg, drawSvg(script_, runs));
  stale_ = false;
}

}  // namespace poetry::simulator
