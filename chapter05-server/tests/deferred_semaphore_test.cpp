#include "deferred/deferred_semaphore.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deferred/coroutine.h"

namespace poetry::testing {
namespace {

using Permit = DeferredSemaphore::Permit;

class Semaphore : public ::testing::Test {
 protected:
  // Asks for a permit, and keeps it.
  Deferred<void> ask(const std::string& name) {
    return semaphore_->acquire().addCallback([this, name](Permit permit) {
      came_.push_back(name);
      permits_.push_back(std::make_unique<Permit>(std::move(permit)));
    });
  }

  std::vector<std::string> came_;
  std::vector<std::unique_ptr<Permit>> permits_;
  std::optional<DeferredSemaphore> semaphore_{2};
};

using Names = std::vector<std::string>;

TEST_F(Semaphore, LetsSoManyInAndTheOthersWait) {
  for (const char* name : {"a", "b", "c", "d"}) ask(name);
  EXPECT_EQ(came_, (Names{"a", "b"}));
}

TEST_F(Semaphore, LetsTheNextOneInWhenAPermitGoes) {
  for (const char* name : {"a", "b", "c", "d"}) ask(name);
  permits_[1].reset();
  EXPECT_EQ(came_, (Names{"a", "b", "c"}));
  permits_[0].reset();
  EXPECT_EQ(came_, (Names{"a", "b", "c", "d"}));
}

TEST_F(Semaphore, ForgetsWhoCancels) {
  ask("a");
  ask("b");
  const Deferred<void> c =
      ask("c").addErrback([](const Failure& reason) { reason.trap<CancelledError>(); });
  ask("d");
  c.cancel();
  permits_[0].reset();
  EXPECT_EQ(came_, (Names{"a", "b", "d"}));
}

TEST_F(Semaphore, GetsThePermitBackIfTheTaskFails) {
  for (int i = 0; i < 5; ++i) {
    semaphore_->acquire()
        .addCallback([](Permit) { throw std::runtime_error("I can not"); })
        .addErrback([](const Failure&) {});
  }
  ask("a");
  EXPECT_EQ(came_, Names{"a"});
}

TEST_F(Semaphore, GetsNoDeeperHoweverManyAreDoneAtOnce) {
  ask("a");
  ask("b");
  int done = 0;
  for (int i = 0; i < 100'000; ++i) {
    semaphore_->acquire().addCallback([&](Permit) { ++done; });
  }
  permits_[0].reset();
  EXPECT_EQ(done, 100'000);
}

Deferred<void> task(DeferredSemaphore& semaphore, Deferred<void> work, int& running) {
  const Permit permit = co_await semaphore.acquire();
  ++running;
  co_await std::move(work);
  --running;
}

TEST_F(Semaphore, CountsCoroutines) {
  int running = 0;
  std::vector<Deferred<void>> works(5), tasks;
  for (const Deferred<void>& work : works) tasks.push_back(task(*semaphore_, work, running));
  EXPECT_EQ(running, 2);
  for (const Deferred<void>& work : works) {
    work.callback();
    EXPECT_LE(running, 2);
  }
  EXPECT_EQ(running, 0);
}

TEST_F(Semaphore, ForgetsWhoWaitsWhenItGoes) {
  int running = 0;
  std::vector<Deferred<void>> works(3), tasks;
  for (const Deferred<void>& work : works) tasks.push_back(task(*semaphore_, work, running));
  semaphore_.reset();
  works[0].callback();
  EXPECT_EQ(running, 1) << "the other one of the two; the third never comes";
  works[1].callback();
  EXPECT_EQ(running, 0);
}

}  // namespace
}  // namespace poetry::testing
