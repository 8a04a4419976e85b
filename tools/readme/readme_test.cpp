// Keeps the READMEs true, and the examples of the programs: one test for everything that a program
// can check, named after where that stands. What the fences and the comments above them mean:
//
//   <!-- from FILE -->          ```cpp: these lines stand in FILE, whatever their indentation
//   <!-- diff FILE FILE -->     ```diff: these stand in the output of diff -u FILE FILE
//   (none)                      ```console: `$ COMMAND`, and below it what it says
//   <!-- any order -->          the lines of this session come in any order
//   <!-- not run: REASON -->    this session is not run
//
// In all of them a line `...` stands for any number of lines. Paths are those from the lab's root.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

#include "checks.h"
#include "common/testing/temporary_folder.h"

namespace poetry::readme {
namespace {

using Body = std::function<Complaints()>;

// Fails for every complaint.
struct Check : ::testing::Test {
  Check(std::string where, Body what) : file(std::move(where)), body(std::move(what)) {}
  void TestBody() override {
    for (const auto& [line, text] : body()) ADD_FAILURE_AT(file.c_str(), line) << text;
  }
  const std::string file;
  const Body body;
};

void addCheck(const std::string& name, const std::string& file, const Body& body) {
  const std::size_t dot = name.find('.');
  ::testing::RegisterTest(name.substr(0, dot).c_str(), name.substr(dot + 1).c_str(), nullptr,
                          nullptr, __FILE__, __LINE__, [=] { return new Check(file, body); });
}

// "chapter01_blocking_README" of "chapter01-blocking/README.md".
std::string asName(std::string path) {
  if (path.starts_with("build/")) path.erase(0, 6);
  if (path.ends_with(".md")) path.resize(path.size() - 3);
  for (const char c : {'/', '-'}) std::replace(path.begin(), path.end(), c, '_');
  return path;
}

void addChecksOf(const std::filesystem::path& file) {
  const std::filesystem::path root = LAB_ROOT, folder = file.parent_path();
  const std::string readme = file.lexically_relative(root);
  const Tree tree = parseMarkdown(testing::contentsOf(file));
  const auto fences = fencesIn(tree.get());
  const auto add = [&](const std::string& what, const Body& body) {
    addCheck("Readme.IsTrue/" + asName(readme) + "_" + what, file, body);
  };
  bool hasSessions = false;
  for (const Fence& fence : fences) {
    const std::string name = "line_" + std::to_string(fence.line);
    if (fence.language == "cpp") add(name, [=] { return checkExcerpt(fence, root); });
    if (fence.language == "diff") add(name, [=] { return checkDiff(fence, root); });
    if (fence.language != "console" || std::exchange(hasSessions, true)) continue;
    add("sessions", [=] { return checkSessions(fences, readme); });
  }
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
  // CMake knows the READMEs, and the programs by their paths from the lab's root.
  for (const char* readme : {LAB_READMES}) addChecksOf(readme);
  for (const std::string program : {LAB_EXAMPLES}) {
    const std::string name = "Example.WorksAsPasted/" + asName(program);
    addCheck(name, program, [=] { return checkExample(program); });
  }
  const int result = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() > 0) return result;
  // CTest knows a test that was there when this was built, and is no more.
  std::puts("There is no such test any more: a README has changed. Build anew.");
  return 1;
}
