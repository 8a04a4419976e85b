// Tests of the check of a chapter's table of files, with chapters of their own.

#include "stage_table.h"

#include <gtest/gtest.h>

#include <fstream>

#include "common/testing/temporary_folder.h"

namespace poetry::readme {
namespace {

class StageTable : public ::testing::Test {
 protected:
  StageTable() {
    for (const char* chapter : {"one", "two"}) {
      std::filesystem::create_directory(folder_ / chapter);
      write(std::string(chapter) + "/same.cpp", "same");
      write(std::string(chapter) + "/other.h", chapter);
    }
    write("two/new_test.cpp", "new");
    write("two/Makefile", "no source");
    std::filesystem::create_directory(folder_ / "zero");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  Lines complaintsOf(const std::string& table) const {
    Lines texts;
    for (const Complaint& complaint : checkStageTable(parseMarkdown(table), folder_ / "two",
                                                      {folder_ / "one", folder_ / "zero"})) {
      texts.push_back(complaint.text);
    }
    return texts;
  }

  const testing::TemporaryFolder folder_;
  const std::string table_ =
      "| file | | |\n|---|---|---|\n"
      "| `same.cpp` | carried | the server |\n"
      "| [`other.h`](other.h) | changed | |\n"
      "| `new_test.cpp` | new | |\n";
};

TEST_F(StageTable, IsRight) {
  EXPECT_EQ(complaintsOf(table_), Lines{});
}

TEST_F(StageTable, ListsEverySourceOnce) {
  EXPECT_EQ(complaintsOf(table_ + "| `same.cpp` | carried | again |\n"),
            Lines{"same.cpp is listed twice"});
  write("two/forgotten.cpp", "x");
  EXPECT_EQ(complaintsOf(table_), Lines{"The table lacks a row: | `forgotten.cpp` | new | ... |"});
}

TEST_F(StageTable, ListsNothingThatIsNotThere) {
  EXPECT_EQ(complaintsOf(table_ + "| `gone.cpp` | new | |\n"), Lines{"gone.cpp is not there"});
}

TEST_F(StageTable, SaysTrulyHowEachFileCameToBe) {
  write("two/same.cpp", "no more");
  EXPECT_EQ(complaintsOf(table_), Lines{"same.cpp is changed, not carried"});
  write("two/same.cpp", "same");
  write("two/other.h", "one");
  EXPECT_EQ(complaintsOf(table_), Lines{"other.h is carried, not changed"});
  write("two/other.h", "two");
  write("one/new_test.cpp", "new");
  EXPECT_EQ(complaintsOf(table_), Lines{"new_test.cpp is carried, not new"});
}

TEST_F(StageTable, KnowsWhatTheChapterBeforeDidWithout) {
  write("zero/new_test.cpp", "new");
  EXPECT_EQ(complaintsOf(table_), Lines{"new_test.cpp is carried, not new"});
  write("zero/new_test.cpp", "old");
  EXPECT_EQ(complaintsOf(table_), Lines{"new_test.cpp is changed, not new"});
}

TEST_F(StageTable, ComparesWithTheLastChapterThatHasTheFile) {
  write("zero/same.cpp", "older");
  EXPECT_EQ(complaintsOf(table_), Lines{});
}

}  // namespace
}  // namespace poetry::readme
