// Holds the READMEs true, and the examples of the programs: one test for everything that a program
// can check, named after where that stands.
//
// What the fences and the comments above them mean:
//
//   <!-- from FILE -->          ```cpp: these lines stand in FILE, whatever their indentation
//   <!-- diff FILE FILE -->     ```diff: these stand in the output of diff -u FILE FILE
//   (none)                      ```console: `$ COMMAND`, and below it what it says; all sessions of
//                               a README are run, one after the other
//   <!-- any order -->          the lines of this session come in any order
//   <!-- not run: REASON -->    this session is not run
//
// In all of them a line `...` stands for any number of lines. Paths are those from the lab's root.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "checks.h"
#include "common/testing/temporary_folder.h"

namespace poetry::readme {
namespace {

using Body = std::function<Complaints()>;

// Fails for every complaint.
class Check : public ::testing::Test {
 public:
  Check(std::string file, Body body) : file_(std::move(file)), body_(std::move(body)) {}

  void TestBody() override {
    for (const auto& [line, text] : body_()) ADD_FAILURE_AT(file_.c_str(), line) << text;
  }

 private:
  std::string file_;
  Body body_;
};

void addCheck(const char* suite, const std::string& name, const std::string& file,
              const Body& body) {
  ::testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> ::testing::Test* { return new Check(file, body); });
}

// "chapter01_blocking_README" of "chapter01-blocking/README.md".
std::string asName(std::string path) {
  if (path.starts_with("build/")) path.erase(0, 6);
  if (path.ends_with(".md")) path.resize(path.size() - 3);
  std::replace_if(
      path.begin(), path.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return path;
}

void addChecksOf(const std::string& readme) {
  const std::filesystem::path root = LAB_ROOT;
  const std::filesystem::path folder = (root / readme).parent_path();
  const Tree tree = parseMarkdown(testing::contentsOf(root / readme));
  const auto fences = fencesIn(tree.get());
  const auto add = [&](const std::string& what, const Body& body) {
    addCheck("Readme", "IsTrue/" + asName(readme) + "_" + what, root / readme, body);
  };
  bool hasSessions = false;
  for (const Fence& fence : fences) {
    const std::string name = "line_" + std::to_string(fence.line);
    if (fence.language == "cpp") add(name, [=] { return checkExcerpt(fence, root); });
    if (fence.language == "diff") add(name, [=] { return checkDiff(fence, root); });
    hasSessions = hasSessions || fence.language == "console";
  }
  if (hasSessions) add("sessions", [=] { return checkSessions(fences, readme); });
  add("links", [=, links = linksIn(tree.get())] { return checkLinks(links, folder); });
  if (readme.starts_with("chapter")) {
    const auto entries = firstColumn(tree.get(), "What is in this folder");
    add("table", [=] { return checkTable(entries, folder); });
  }
}

}  // namespace
}  // namespace poetry::readme

int main(int argc, char** argv) {
  using namespace poetry::readme;
  ::testing::InitGoogleTest(&argc, argv);
  // CMake tells the READMEs and the programs, by their paths from the lab's root.
  for (const char* readme : {LAB_READMES}) addChecksOf(readme);
  for (const std::string program : {LAB_EXAMPLES}) {
    addCheck("Example", "WorksAsPasted/" + asName(program), program,
             [=] { return checkExample(program); });
  }
  const int result = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() > 0) return result;
  // CTest knows a test that was there when this was built, and is no more.
  std::puts("There is no such test any more: a README has changed. Build anew.");
  return 1;
}
