// Tests of the checks of excerpts, with sources of their own.

#include "excerpts.h"

#include <gtest/gtest.h>

#include <fstream>

#include "common/testing/temporary_folder.h"

namespace poetry::readme {
namespace {

// A lab with a file before.cpp and one after.cpp.
class Excerpts : public ::testing::Test {
 protected:
  Excerpts() {
    std::ofstream(folder_ / "before.cpp") << "one();\n\nvoid f() {\n  if (x) {\n    y();\n\n"
                                             "    z();\n  }\n}\n";
    std::ofstream(folder_ / "after.cpp") << "one();\n\nvoid f() {\n  if (x) {\n    y(1);\n\n"
                                            "    z();\n  }\n}\n";
  }

  Complaints excerpt(const Lines& lines) const {
    return checkExcerpt({10, "cpp", lines, {"from before.cpp"}}, folder_ / ".");
  }
  Complaints diff(const Lines& lines) const {
    return checkDiff({10, "diff", lines, {"diff before.cpp after.cpp"}}, folder_ / ".");
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(Excerpts, StandInTheirFileWhateverTheirIndentation) {
  EXPECT_TRUE(excerpt({"if (x) {", "  y();", "", "  z();", "}"}).empty());
  EXPECT_TRUE(excerpt({"    if (x) {", "      y();"}).empty());
  EXPECT_TRUE(excerpt({"void f() {", "  if (x) {"}).empty());
}

TEST_F(Excerpts, SkipLinesAtDotsOnly) {
  EXPECT_TRUE(excerpt({"void f() {", "  ...", "    z();", "...", "}"}).empty());
  EXPECT_FALSE(excerpt({"void f() {", "    z();"}).empty());
  EXPECT_FALSE(excerpt({"z();", "...", "y();"}).empty());
}

TEST_F(Excerpts, KeepTheIndentationWithinThemselves) {
  EXPECT_FALSE(excerpt({"if (x) {", "y();"}).empty());
}

TEST_F(Excerpts, SayWhichLineIsWrongAndWhatStandsThere) {
  const Complaints complaints = excerpt({"if (x) {", "  w();"});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_EQ(complaints[0].line, 12);
  EXPECT_NE(complaints[0].text.find("before.cpp has no such line here:\n      w();"),
            std::string::npos)
      << complaints[0].text;
  EXPECT_NE(complaints[0].text.find(">   5 |     y();"), std::string::npos) << complaints[0].text;
}

TEST_F(Excerpts, MustNameTheirFile) {
  const Complaints unnamed = checkExcerpt({10, "cpp", {"one();"}, {}}, folder_ / ".");
  ASSERT_EQ(unnamed.size(), 1u);
  EXPECT_NE(unnamed[0].text.find("<!-- from "), std::string::npos);
  EXPECT_EQ(checkExcerpt({10, "cpp", {"one();"}, {"from no.cpp"}}, folder_ / ".").size(), 1u);
}

TEST_F(Excerpts, OfADiffStandInIt) {
  EXPECT_TRUE(diff({"--- before.cpp", "+++ after.cpp", "@@ -1 +1 @@", "   if (x) {", "-    y();",
                    "+    y(1);", "", "     z();"})
                  .empty());
  EXPECT_TRUE(diff({"-    y();", "...", "   }"}).empty());
  EXPECT_EQ(diff({"-    y();", "+    y(2);"}).at(0).line, 12);
  EXPECT_EQ(diff({"-    y();", "+  y(1);"}).at(0).line, 12);
}

TEST_F(Excerpts, OfADiffMustNameTheirFiles) {
  EXPECT_EQ(checkDiff({10, "diff", {"-a"}, {}}, folder_ / ".").size(), 1u);
  EXPECT_EQ(checkDiff({10, "diff", {"-a"}, {"diff before.cpp"}}, folder_ / ".").size(), 1u);
  EXPECT_EQ(checkDiff({10, "diff", {"-a"}, {"diff before.cpp no.cpp"}}, folder_ / ".").size(), 1u);
}

}  // namespace
}  // namespace poetry::readme
