#include "poems/transforms.h"

#include <gtest/gtest.h>

namespace poetry::testing {
namespace {

const std::string kVerse = "Roses ARE red,\nViolets \xC3\x84 blue.\n";

TEST(Transforms, WriteSmallOrInCapitals) {
  EXPECT_EQ(transformed("cummingsify", kVerse), "roses are red,\nviolets \xC3\x84 blue.\n");
  EXPECT_EQ(transformed("shout", kVerse), "ROSES ARE RED,\nVIOLETS \xC3\x84 BLUE.\n");
}

TEST(Transforms, PutTheLastLineFirst) {
  EXPECT_EQ(transformed("reverse-lines", "a\nb\nc\n"), "c\nb\na\n");
  EXPECT_EQ(transformed("reverse-lines", "a\nb"), "b\na");
  EXPECT_EQ(transformed("reverse-lines", "\n\na"), "a\n\n");
  EXPECT_EQ(transformed("reverse-lines", "\n"), "\n");
  EXPECT_EQ(transformed("reverse-lines", ""), "");
}

TEST(Transforms, RotateThereAndBack) {
  EXPECT_EQ(transformed("rot13", "Nun, zm AZ!"), "Aha, mz NM!");
  EXPECT_EQ(transformed("rot13", *transformed("rot13", kVerse)), kVerse);
}

TEST(Transforms, MakeNoPoemLonger) {
  for (const char* name : {"cummingsify", "shout", "reverse-lines", "rot13"}) {
    for (const std::string& poem : {std::string(), std::string("\n\n\n"), kVerse}) {
      EXPECT_EQ(transformed(name, poem)->size(), poem.size()) << name;
    }
  }
}

TEST(Transforms, AreNotMadeUp) {
  EXPECT_EQ(transformed("sonnet", kVerse), std::nullopt);
  EXPECT_EQ(transformed("", kVerse), std::nullopt);
}

}  // namespace
}  // namespace poetry::testing
