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
#include <filesystem>
#include <functional>
#include <set>
#include <sstream>

#include "common/testing/temporary_folder.h"
#include "complaint.h"
#include "examples.h"
#include "excerpts.h"
#include "links.h"
#include "markdown.h"
#include "session_runner.h"
#include "stage_table.h"

namespace poetry::readme {

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = LAB_ROOT;

// Becomes a test, which fails for every complaint.
struct Check {
  std::string name;
  std::string file;
  std::function<Complaints()> body;
};

std::ostream& operator<<(std::ostream& out, const Check& check) {
  return out << check.file;
}

void perform(const Check& check) {
  for (const Complaint& complaint : check.body()) {
    ADD_FAILURE_AT(check.file.c_str(), complaint.line) << complaint.text;
  }
}

// "chapter01_blocking_README" of "chapter01-blocking/README.md".
std::string asName(std::string path) {
  if (path.starts_with("build/")) path.erase(0, 6);
  if (path.ends_with(".md")) path.resize(path.size() - 3);
  std::replace_if(
      path.begin(), path.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return path;
}

// ---- what there is -----------------------------------------------------------------------------

std::set<std::string> chapters() {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(kRoot)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && name.starts_with("chapter")) names.insert(name);
  }
  return names;
}

// The READMEs and the programs are told by CMake: paths from the root, with colons between them.
Lines pathsIn(const std::string& list) {
  Lines paths;
  std::istringstream stream(list);
  for (std::string path; std::getline(stream, path, ':');) paths.push_back(path);
  return paths;
}

// ---- what is checked ---------------------------------------------------------------------------

using CheckFence = Complaints (*)(const Fence&, const fs::path&);

CheckFence checkFor(const Fence& fence) {
  if (fence.language == "cpp") return checkExcerpt;
  if (fence.language == "diff") return checkDiff;
  return nullptr;
}

bool hasSessions(const Markdown& readme) {
  return std::any_of(readme.fences.begin(), readme.fences.end(),
                     [](const Fence& fence) { return fence.language == "console"; });
}

// The chapters before the one that the README is of, the last one first.
std::vector<fs::path> chaptersBefore(const std::string& readme) {
  const std::set<std::string> all = chapters();
  const auto chapter = all.find(fs::path(readme).parent_path());
  std::vector<fs::path> earlier;
  if (chapter == all.end()) return earlier;
  for (auto each = chapter; each != all.begin();) earlier.push_back(kRoot / *--each);
  return earlier;
}

void addChecksOf(const std::string& readme, std::vector<Check>& checks) {
  const fs::path file = kRoot / readme;
  const Markdown markdown = parseMarkdown(testing::contentsOf(file));
  const auto add = [&](const std::string& what, const std::function<Complaints()>& body) {
    checks.push_back({asName(readme) + "_" + what, file, body});
  };
  for (const Fence& fence : markdown.fences) {
    if (const auto check = checkFor(fence)) {
      add("line_" + std::to_string(fence.line), [=] { return check(fence, kRoot); });
    }
  }
  if (hasSessions(markdown)) add("sessions", [=] { return checkSessions(markdown, readme); });
  add("links", [=] { return checkLinks(markdown, file.parent_path()); });
  if (const auto earlier = chaptersBefore(readme); !earlier.empty()) {
    add("files", [=] { return checkStageTable(markdown, file.parent_path(), earlier); });
  }
}

std::vector<Check> readmeChecks() {
  std::vector<Check> checks;
  for (const std::string& readme : pathsIn(LAB_READMES)) addChecksOf(readme, checks);
  return checks;
}

std::vector<Check> exampleChecks() {
  std::vector<Check> checks;
  for (const std::string& program : pathsIn(LAB_EXAMPLES)) {
    checks.push_back({asName(program), program, [=] { return checkExample(program); }});
  }
  return checks;
}

class Readme : public ::testing::TestWithParam<Check> {};
class Example : public ::testing::TestWithParam<Check> {};

TEST_P(Readme, IsTrue) {
  perform(GetParam());
}

TEST_P(Example, WorksAsPasted) {
  perform(GetParam());
}

const auto kNameOf = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(, Readme, ::testing::ValuesIn(readmeChecks()), kNameOf);
INSTANTIATE_TEST_SUITE_P(, Example, ::testing::ValuesIn(exampleChecks()), kNameOf);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Readme);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Example);

}  // namespace
}  // namespace poetry::readme

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() > 0) return result;
  // CTest knows a test that was there when this was built, and is no more.
  std::puts("There is no such test any more: a README has changed. Build anew.");
  return 1;
}
