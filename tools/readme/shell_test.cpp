// Tests of the shell: above all, that nothing outlives it.

#include "shell.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <csignal>

#include "common/syscall.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "common/unique_fd.h"

namespace poetry::readme {
namespace {

using namespace std::chrono_literals;

// Knows whether what a command has started still lives: a named pipe that it holds open.
class Witness {
 public:
  Witness() {
    checked(::mkfifo(path().c_str(), 0600), "mkfifo");
    pipe_.reset(checked(::open(path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), "open"));
  }

  // Starts a program in the background that would live for long.
  std::string startSleeper() const {
    return "exec 4>" + path() + "; echo here >&4; sleep 100 >&4 2>&1 & exec 4>&-; ";
  }

  // Whether it was there, and is gone now or soon.
  bool sawItGo() const {
    std::string seen;
    std::array<char, 16> buffer;
    pollfd ready{pipe_.get(), POLLIN, 0};
    while (::poll(&ready, 1, 5000) == 1) {
      const ssize_t count = ::read(pipe_.get(), buffer.data(), buffer.size());
      if (count <= 0) return seen == "here\n";
      seen.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return false;
  }

 private:
  std::string path() const { return folder_ / "pipe"; }

  testing::TemporaryFolder folder_;
  UniqueFd pipe_;
};

TEST(Shell, TellsAllThatWasSaidAndHowItEnded) {
  const testing::TemporaryFolder folder;
  const Ending ending = Shell(folder / ".", "pwd; echo wrong >&2; exit 3").wait();
  EXPECT_EQ(ending.exitCode, 3);
  EXPECT_FALSE(ending.timedOut);
  EXPECT_EQ(testing::linesOf(ending.output).at(1), "wrong");
}

TEST(Shell, WaitsForTheFirstLine) {
  EXPECT_TRUE(Shell(".", "echo Serving; sleep 100").beginsWith("Serving"));
  EXPECT_FALSE(Shell(".", "echo No; sleep 100").beginsWith("Serving"));
  EXPECT_FALSE(Shell(".", "true").beginsWith("Serving"));
}

TEST(Shell, LetsACommandEndWell) {
  Shell shell(".", "trap 'echo bye; exit 0' TERM; echo here; while :; do sleep 0.01; done");
  ASSERT_TRUE(shell.beginsWith("here"));
  shell.terminate();
  const Ending ending = shell.wait();
  EXPECT_EQ(ending.exitCode, 0);
  EXPECT_EQ(testing::linesOf(ending.output).back(), "bye");
}

TEST(Shell, KillsWhatDoesNotEndInTime) {
  const Witness witness;
  const Ending ending = Shell(".", witness.startSleeper() + "wait").wait(200ms);
  EXPECT_TRUE(ending.timedOut);
  EXPECT_EQ(ending.exitCode, -1);
  EXPECT_TRUE(witness.sawItGo());
}

TEST(Shell, KillsWhatACommandLeavesBehind) {
  const Witness witness;
  const Ending ending = Shell(".", witness.startSleeper()).wait();
  EXPECT_FALSE(ending.timedOut);
  EXPECT_EQ(ending.exitCode, 0);
  EXPECT_TRUE(witness.sawItGo());
}

TEST(Shell, LeavesNothingBehindWhenItsProcessIsKilled) {
  const Witness witness;
  const auto endBadly = [&] {
    Shell shell(".", witness.startSleeper() + "echo here; wait");
    shell.beginsWith("here");
    ::raise(SIGKILL);
  };
  EXPECT_EXIT(endBadly(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(witness.sawItGo());
}

}  // namespace
}  // namespace poetry::readme
