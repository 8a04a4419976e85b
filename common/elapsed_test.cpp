#include "common/elapsed.h"

#include <gtest/gtest.h>

namespace poetry {
namespace {

using namespace std::chrono_literals;

TEST(FormatElapsed, PrintsHoursMinutesSecondsAndMicroseconds) {
  EXPECT_EQ(formatElapsed(0ns), "0:00:00.000000");
  EXPECT_EQ(formatElapsed(10s + 126361us), "0:00:10.126361");
  EXPECT_EQ(formatElapsed(59min + 59s + 999999999ns), "0:59:59.999999");
  EXPECT_EQ(formatElapsed(26h + 1us), "26:00:00.000001");
}

}  // namespace
}  // namespace poetry
