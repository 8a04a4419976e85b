// Tests of the comparison: what is the same though it differs, and what `...` stands for.

#include "compare.h"

#include <gtest/gtest.h>

namespace poetry::readme {
namespace {

bool fits(const Lines& expected, const Lines& actual) {
  return !compareInOrder(expected, actual);
}

TEST(Normalise, TakesAllTimesForTheSame) {
  EXPECT_EQ(normalise("Got 3 poems in 0:00:10.126361"), "Got 3 poems in <elapsed>");
  EXPECT_EQ(normalise("Got 3 poems in 10 s"), "Got 3 poems in 10 s");
}

TEST(Normalise, TakesAllPortsOfClientsForTheSameButNotThoseOfServers) {
  EXPECT_EQ(normalise("Somebody at 127.0.0.1:55000 wants poetry!"),
            normalise("Somebody at 127.0.0.1:60123 wants poetry!"));
  EXPECT_NE(normalise("Somebody at 127.0.0.1:55000 wants poetry!"),
            normalise("Somebody at 127.0.0.2:55000 wants poetry!"));
  EXPECT_NE(normalise("connect 127.0.0.1:10000"), normalise("connect 127.0.0.1:10001"));
}

TEST(Normalise, TakesRowsOfMeasurementsForTheSameHoweverWide) {
  EXPECT_EQ(normalise("select      23.07   9.99  <0.1 %"),
            "select <decimal> <decimal> <decimal> %");
  EXPECT_EQ(normalise("3003  bytes"), "3003 bytes");
}

TEST(Normalise, KeepsTheIndentationAndWhatIsNoNumber) {
  EXPECT_EQ(normalise("    at 127.0.0.1 by 0.5s.  "), "    at 127.0.0.1 by 0.5s.");
  EXPECT_EQ(normalise("   "), "");
}

TEST(Normalise, TakesTheDatesOutOfADiff) {
  EXPECT_EQ(normalise("--- a/b.cpp\t2024-05-06 07:08:09.123456789 +0200"), "--- a/b.cpp");
  EXPECT_EQ(normalise("+++ a/b.cpp\t2024-05-06 07:08:09 +0200"), "+++ a/b.cpp");
  EXPECT_EQ(normalise("--- a comment"), "--- a comment");
}

TEST(CompareInOrder, WantsEveryLineInItsPlace) {
  EXPECT_TRUE(fits({}, {}));
  EXPECT_TRUE(fits({"a", "b"}, {"a", "b"}));
  EXPECT_FALSE(fits({"a", "b"}, {"b", "a"}));
  EXPECT_FALSE(fits({"a"}, {"a", "b"}));
  EXPECT_FALSE(fits({"a", "b"}, {"a"}));
  EXPECT_FALSE(fits({}, {"a"}));
}

TEST(CompareInOrder, LetsDotsStandForAnyNumberOfLines) {
  EXPECT_TRUE(fits({"...", "c"}, {"a", "b", "c"}));
  EXPECT_TRUE(fits({"a", "...", "c"}, {"a", "c"}));
  EXPECT_TRUE(fits({"a", "..."}, {"a", "b", "c"}));
  EXPECT_TRUE(fits({"..."}, {}));
  EXPECT_TRUE(fits({"...", "a", "b", "..."}, {"a", "a", "a", "b", "c"}));
  EXPECT_FALSE(fits({"...", "b"}, {"a", "b", "c"}));
  EXPECT_FALSE(fits({"...", "c", "...", "b"}, {"a", "b", "c"}));
  EXPECT_FALSE(fits({"...", "b"}, {}));
}

TEST(CompareInOrder, TellsWhereTheTwoPart) {
  const auto mismatch = compareInOrder({"a", "...", "c", "x"}, {"a", "b", "c", "d", "e"});
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->expected, 3u);
  EXPECT_EQ(mismatch->actual, 3u);
}

TEST(CompareInAnyOrder, CountsEqualLines) {
  const Leftovers left = compareInAnyOrder({"a", "b", "b", "c"}, {"c", "b", "a", "a"});
  EXPECT_EQ(left.expected, Lines{"b"});
  EXPECT_EQ(left.actual, Lines{"a"});
}

TEST(CompareInAnyOrder, AllowsMoreLinesOnlyWhereDotsStand) {
  EXPECT_TRUE(compareInAnyOrder({"a", "..."}, {"b", "a"}).actual.empty());
  EXPECT_EQ(compareInAnyOrder({"a", "..."}, {"b"}).expected, Lines{"a"});
}

TEST(Around, MarksTheLine) {
  EXPECT_EQ(around({"a", "b"}, 1), "      1 | a\n  >   2 | b\n");
  EXPECT_EQ(around({"a"}, 1), "      1 | a\n  >     (nothing more)\n");
}

}  // namespace
}  // namespace poetry::readme
