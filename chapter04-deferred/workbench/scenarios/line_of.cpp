#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "workbench/scenarios/scenario.h"

namespace poetry {
namespace {

using nlohmann::json;

// Goes through a text and counts its lines.
class LineCounter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCounter(const char* at, int& line) : at_(at), line_(&line) {}

  reference operator*() const { return *at_; }
  LineCounter& operator++() {
    // A line's end counts when something after it has been read.
    if (*at_ != '\n' && pending_ > 0) *line_ += std::exchange(pending_, 0);
    if (*at_ == '\n') ++pending_;
    ++at_;
    return *this;
  }
  bool operator==(const LineCounter& other) const { return at_ == other.at_; }
  bool operator!=(const LineCounter& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  int* line_;
  int pending_ = 0;
};

// Where the parser is: the keys and the indices that lead there.
class Path {
 public:
  // Before each value.
  void enter() {
    if (!levels_.empty() && levels_.back().isArray) ++levels_.back().index;
  }
  void key(std::string key) { levels_.back().key = std::move(key); }
  void open(bool isArray) { levels_.push_back({isArray, -1, {}}); }
  void close() { levels_.pop_back(); }

  std::size_t depth() const { return levels_.size(); }

  std::string text() const {
    json::json_pointer place;
    for (const Level& level : levels_) {
      if (level.isArray) {
        place /= static_cast<std::size_t>(level.index);
      } else {
        place /= level.key;
      }
    }
    return place.to_string();
  }

 private:
  struct Level {
    bool isArray;
    int index;
    std::string key;
  };
  std::vector<Level> levels_;
};

}  // namespace

int lineOf(const std::string& text, const std::string& place) {
  const auto depth = static_cast<std::size_t>(std::count(place.begin(), place.end(), '/'));
  int line = 1;
  int found = 1;
  Path path;
  const auto arrived = [&] {
    path.enter();
    if (path.depth() == depth && path.text() == place) found = line;
  };
  const auto follow = [&](int, json::parse_event_t event, json& parsed) {
    using Event = json::parse_event_t;
    if (event == Event::key) path.key(parsed.get<std::string>());
    if (event == Event::value) arrived();
    if (event == Event::object_start || event == Event::array_start) {
      arrived();
      path.open(event == Event::array_start);
    }
    if (event == Event::object_end || event == Event::array_end) path.close();
    return true;
  };
  const char* begin = text.data();
  std::ignore =
      json::parse(LineCounter(begin, line), LineCounter(begin + text.size(), line), follow);
  return found;
}

}  // namespace poetry
