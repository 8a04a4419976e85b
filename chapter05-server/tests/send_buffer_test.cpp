#include "net/send_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace poetry::testing {
namespace {

TEST(SendBuffer, IsOnePointerWhileItIsEmpty) {
  SendBuffer buffer;
  EXPECT_EQ(sizeof buffer, sizeof(void*));
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.view(), "");
  buffer.append("");
  EXPECT_TRUE(buffer.empty());
  buffer.consume(0);
  EXPECT_TRUE(buffer.empty());
}

TEST(SendBuffer, UsesTheRoomAtItsFrontAgain) {
  SendBuffer buffer;
  buffer.append(std::string(1000, 'v'));
  const char* const front = buffer.view().data();
  buffer.consume(400);
  EXPECT_EQ(buffer.view().data(), front + 400);
  buffer.consume(200);
  EXPECT_EQ(buffer.view().data(), front);
}

// Against a plain string.
TEST(SendBuffer, KeepsItsOrderThroughAnyMixOfHelpings) {
  std::mt19937 random(20261123);
  SendBuffer buffer;
  std::string expected;
  char next = 'a';
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::string more(random() % 50, next);
      next = next == 'z' ? 'a' : static_cast<char>(next + 1);
      buffer.append(more);
      expected += more;
    } else {
      const std::size_t some = random() % (expected.size() + 1);
      buffer.consume(some);
      expected.erase(0, some);
    }
    ASSERT_EQ(buffer.view(), expected);
    ASSERT_EQ(buffer.size(), expected.size());
    ASSERT_EQ(buffer.empty(), expected.empty());
  }
}

}  // namespace
}  // namespace poetry::testing
