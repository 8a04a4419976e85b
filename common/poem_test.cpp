#include "common/poem.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "common/json_string.h"
#include "common/testing/temporary_folder.h"

namespace poetry {
namespace {

using testing::contentsOf;
using testing::TemporaryFolder;

std::string complaintAboutPoem(const std::string& path) {
  try {
    return "loaded " + std::to_string(loadPoem(path).size()) + " bytes";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

std::string shipped(const std::string& name) {
  return loadPoem(LAB_ROOT "/poetry/" + name);
}

TEST(LoadPoem, KeepsEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\r\n\0\xff\xfe end", 10);
  std::ofstream(folder / "odd.txt", std::ios::binary) << bytes;
  EXPECT_EQ(loadPoem(folder / "odd.txt"), bytes);
}

TEST(LoadPoem, NamesTheFileThatItCanNotLoad) {
  const TemporaryFolder folder;
  EXPECT_EQ(complaintAboutPoem(folder / "none"), (folder / "none") + ": No such file or directory");
  EXPECT_EQ(complaintAboutPoem(folder / "."), (folder / ".") + ": Is a directory");
  std::ofstream(folder / "empty.txt").close();
  EXPECT_EQ(complaintAboutPoem(folder / "empty.txt"),
            (folder / "empty.txt") + ": the file is empty, there is no poem in it");
}

TEST(LoadPoem, NamesTheFileThatItMayNotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  std::ofstream(folder / "secret.txt") << "shh";
  ::chmod((folder / "secret.txt").c_str(), 0);
  EXPECT_EQ(complaintAboutPoem(folder / "secret.txt"),
            (folder / "secret.txt") + ": Permission denied");
}

// What savePoem says about a poem when no file may have more than `most` bytes: as on a full disk.
std::string complaintOfSaving(const std::string& folder, const std::string& poem, rlim_t most) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{most, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string complaint;
  try {
    savePoem(folder, 1, poem);
  } catch (const std::system_error& error) {
    complaint = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  return complaint;
}

TEST(SavePoem, WritesEveryByteAndLeavesNoDraftBehind) {
  const TemporaryFolder folder;
  makeFolder(folder / "deep/down");
  const std::string bytes("half \xe9\x9d\0 a character", 20);
  savePoem(folder / "deep/down", 7, bytes);
  EXPECT_EQ(contentsOf(folder / "deep/down/poem-7.txt"), bytes);
  const std::filesystem::directory_iterator files(folder / "deep/down");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(SavePoem, ReplacesAPoemInOnePiece) {
  const TemporaryFolder folder;
  savePoem(folder / ".", 1, "the first");
  // A program that has the old poem open keeps it whole: the new one is a new file, not the old one
  // written over.
  std::ifstream old(folder / "poem-1.txt");
  savePoem(folder / ".", 1, "a second");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(old), {}), "the first");
  EXPECT_EQ(contentsOf(folder / "poem-1.txt"), "a second");
}

TEST(SavePoem, LeavesTheOldPoemAndNoDraftWhenItCanNotWriteTheNewOne) {
  const TemporaryFolder folder;
  savePoem(folder / ".", 1, "the first");
  const std::string complaint = complaintOfSaving(folder / ".", std::string(100'000, 'v'), 50'000);
  EXPECT_EQ(complaint, (folder / "./poem-1.txt") + ": File too large");
  EXPECT_EQ(contentsOf(folder / "poem-1.txt"), "the first");
  EXPECT_FALSE(std::filesystem::exists(folder / "poem-1.txt.part"));
}

TEST(Poetry, HasTheSizesOfTheTranscripts) {
  EXPECT_EQ(shipped("ecstasy.txt").size(), 3003u);
  EXPECT_EQ(shipped("fascination.txt").size(), 623u);
  EXPECT_EQ(shipped("science.txt").size(), 653u);
}

TEST(Poetry, IsUtf8WithUnixLineEndings) {
  for (const auto& entry : std::filesystem::directory_iterator(LAB_ROOT "/poetry")) {
    if (entry.path().extension() != ".txt") continue;
    const std::string poem = loadPoem(entry.path());
    EXPECT_EQ(poem.find('\r'), std::string::npos) << entry;
    EXPECT_EQ(poem.back(), '\n') << entry;
    // This puts U+FFFD in the place of bytes that are not UTF-8.
    EXPECT_EQ(jsonString(poem).find("\xef\xbf\xbd"), std::string::npos) << entry;
  }
}

TEST(Poetry, HasTwoPoemsBeyondAscii) {
  for (const char* name : {"sera.txt", "moonlight.txt"}) {
    const std::string poem = shipped(name);
    EXPECT_TRUE(std::any_of(poem.begin(), poem.end(), [](char c) { return (c & 0x80) != 0; }));
  }
}

}  // namespace
}  // namespace poetry
