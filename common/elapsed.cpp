#include "common/elapsed.h"

#include <fmt/format.h>

namespace poetry {

std::string formatElapsed(std::chrono::nanoseconds elapsed) {
  const std::chrono::hh_mm_ss time(std::chrono::duration_cast<std::chrono::microseconds>(elapsed));
  return fmt::format("{}:{:02}:{:02}.{:06}", time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

}  // namespace poetry
