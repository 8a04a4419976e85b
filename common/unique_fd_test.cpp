#include "common/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace poetry {
namespace {

bool isOpen(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

UniqueFd openSomething() {
  return UniqueFd(::open("/dev/null", O_RDONLY));
}

TEST(UniqueFd, ClosesItsDescriptorWhenItGoes) {
  int fd = -1;
  {
    const UniqueFd owner = openSomething();
    fd = owner.get();
    EXPECT_TRUE(isOpen(fd));
  }
  EXPECT_FALSE(isOpen(fd));
}

TEST(UniqueFd, HandsItsDescriptorOnWhenItMoves) {
  UniqueFd first = openSomething();
  const int fd = first.get();
  const UniqueFd second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what is left there is the question
  EXPECT_EQ(second.get(), fd);
  EXPECT_TRUE(isOpen(fd));
}

TEST(UniqueFd, ClosesTheOldDescriptorWhenItGetsAnother) {
  UniqueFd owner = openSomething();
  UniqueFd other = openSomething();
  const int old = owner.get(), fresh = other.get();
  owner = std::move(other);
  EXPECT_FALSE(isOpen(old));
  EXPECT_EQ(owner.get(), fresh);
}

TEST(UniqueFd, LeavesAReleasedDescriptorOpen) {
  int fd = -1;
  {
    UniqueFd owner = openSomething();
    fd = owner.release();
  }
  EXPECT_TRUE(isOpen(fd));
  ::close(fd);
}

}  // namespace
}  // namespace poetry
