// The cache on a clock that is turned by hand, without a socket.

#include "poems/poem_cache.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/clock.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

class Cache : public ::testing::Test {
 protected:
  // Wants the poem, and writes down what comes.
  Deferred<void> ask() {
    return cache_.getPoem().addCallbacks(
        [this](const Poem& poem) { answers_.push_back(*poem); },
        [this](const Failure& why) { answers_.push_back("no: " + why.message()); });
  }

  // The fetch that is under way.
  const Deferred<std::string>& fetch() const { return fetches_.back(); }

  Deferred<std::string> beginToFetch() {
    fetches_.push_back(Deferred<std::string>([this] { ++cancelled_; }));
    return fetches_.back();
  }

  using Answers = std::vector<std::string>;

  Clock clock_;
  std::vector<Deferred<std::string>> fetches_;
  int cancelled_ = 0;
  Answers answers_;
  std::vector<std::string> log_;
  PoemCache cache_{clock_,
                   [this] { return beginToFetch(); },
                   {.timeLimit = 10s, .ttl = 60s},
                   [this](const std::string& line) { log_.push_back(line); }};
};

TEST_F(Cache, FetchesNothingBeforeSomebodyAsks) {
  EXPECT_TRUE(fetches_.empty());
}

TEST_F(Cache, FetchesOnceForAllWhoAsk) {
  for (int i = 0; i < 3; ++i) ask();
  EXPECT_EQ(fetches_.size(), 1u);
  EXPECT_TRUE(answers_.empty());
  fetch().callback("Roses");
  EXPECT_EQ(answers_, (Answers{"Roses", "Roses", "Roses"}));
}

TEST_F(Cache, GivesWhatItHasAtOnce) {
  ask();
  fetch().callback("Roses");
  clock_.advance(59s);
  ask();
  EXPECT_EQ(answers_, (Answers{"Roses", "Roses"}));
  EXPECT_EQ(fetches_.size(), 1u);
}

TEST_F(Cache, GivesTheSamePoemToAllAndNotCopies) {
  ask();
  fetch().callback("Roses");
  const std::string* one = nullptr;
  const std::string* other = nullptr;
  cache_.getPoem().addCallback([&](const Poem& poem) { one = poem.get(); });
  cache_.getPoem().addCallback([&](const Poem& poem) { other = poem.get(); });
  EXPECT_EQ(one, other);
}

TEST_F(Cache, TakesWhatIsFetchedAtOnce) {
  PoemCache quick(
      clock_, [] { return succeed(std::string("Roses")); }, {1s, {}}, [](const std::string&) {});
  quick.getPoem().addCallback([this](const Poem& poem) { answers_.push_back(*poem); });
  quick.getPoem().addCallback([this](const Poem& poem) { answers_.push_back(*poem); });
  EXPECT_EQ(answers_, (Answers{"Roses", "Roses"}));
  EXPECT_EQ(clock_.pending(), 0u);
}

TEST_F(Cache, KeepsAPoemForEverUnlessItIsToldOtherwise) {
  int fetches = 0;
  PoemCache patient(
      clock_,
      [&] {
        ++fetches;
        return succeed(std::string("Roses"));
      },
      {1s, {}}, [](const std::string&) {});
  patient.getPoem();
  clock_.advance(100'000h);
  patient.getPoem();
  EXPECT_EQ(fetches, 1);
}

TEST_F(Cache, KeepsAnEmptyPoemToo) {
  ask();
  fetch().callback("");
  ask();
  EXPECT_EQ(answers_, (Answers{"", ""}));
}

// ---- errors ------------------------------------------------------------------------------------

TEST_F(Cache, TellsAllOfAnErrorAndFetchesAgain) {
  ask();
  ask();
  fetch().errback(std::runtime_error("refused"));
  EXPECT_EQ(answers_, (Answers{"no: refused", "no: refused"}));
  EXPECT_EQ(log_, (std::vector<std::string>{"refused"}));
  ask();
  EXPECT_EQ(fetches_.size(), 2u);
  fetch().callback("Roses");
  EXPECT_EQ(answers_.back(), "Roses");
}

TEST_F(Cache, GivesUpAfterTheTimeLimit) {
  ask();
  clock_.advance(9s);
  EXPECT_TRUE(answers_.empty());
  clock_.advance(1s);
  EXPECT_EQ(answers_, (Answers{"no: no result within 10 s"}));
  EXPECT_EQ(cancelled_, 1);
  EXPECT_EQ(log_.size(), 1u);
}

TEST_F(Cache, TakesAFunctionThatThrowsForAnError) {
  PoemCache broken(
      clock_, []() -> Deferred<std::string> { throw std::runtime_error("no socket"); }, {1s, {}},
      [this](const std::string& line) { log_.push_back(line); });
  broken.getPoem().addErrback([this](const Failure& why) {
    answers_.push_back(why.message());
    return Poem();
  });
  EXPECT_EQ(answers_, Answers{"no socket"});
}

// ---- age ---------------------------------------------------------------------------------------

TEST_F(Cache, FetchesAPoemAgainWhenItIsOld) {
  ask();
  fetch().callback("Roses");
  clock_.advance(60s);
  ask();
  EXPECT_EQ(fetches_.size(), 2u);
  fetch().callback("Violets");
  ask();
  EXPECT_EQ(answers_, (Answers{"Roses", "Violets", "Violets"}));
}

TEST_F(Cache, GivesAnOldPoemIfThereIsNoNewOne) {
  ask();
  fetch().callback("Roses");
  clock_.advance(60s);
  ask();
  fetch().errback(std::runtime_error("refused"));
  EXPECT_EQ(answers_, (Answers{"Roses", "Roses"}));
  EXPECT_EQ(log_, (std::vector<std::string>{"refused"}));
  ask();
  EXPECT_EQ(fetches_.size(), 3u) << "but it asks each time";
  fetch().callback("Violets");
  EXPECT_EQ(answers_.back(), "Violets");
}

// ---- those that leave --------------------------------------------------------------------------

TEST_F(Cache, CancelsTheFetchWhenTheLastOneHasGone) {
  const Deferred<void> one = ask(), two = ask();
  one.cancel();
  EXPECT_EQ(cancelled_, 0);
  two.cancel();
  EXPECT_EQ(cancelled_, 1);
  EXPECT_EQ(clock_.pending(), 0u) << "the time limit, too";
  EXPECT_TRUE(log_.empty()) << "nobody wants to know";
  ask();
  EXPECT_EQ(fetches_.size(), 2u);
  fetch().callback("Roses");
  EXPECT_EQ(answers_.back(), "Roses");
}

TEST_F(Cache, GoesOnForTheOthersWhenOneGoes) {
  const Deferred<void> one = ask(), two = ask();
  one.cancel();
  fetch().callback("Roses");
  EXPECT_EQ(answers_.back(), "Roses");
  EXPECT_EQ(answers_.size(), 2u);
}

TEST_F(Cache, BearsOneWhoMakesAnotherGoWhenTheAnswerComes) {
  std::vector<Deferred<void>> others;
  cache_.getPoem().addCallback([&](const Poem&) { others[0].cancel(); });
  others.push_back(ask());
  ask();
  fetch().callback("Roses");
  EXPECT_EQ(answers_.size(), 2u);
  EXPECT_EQ(answers_.back(), "Roses");
}

TEST_F(Cache, FetchesAnewForWhoAsksAgainWhenItHasFailed) {
  cache_.getPoem().addErrback([this](const Failure&) {
    ask();
    return Poem();
  });
  ask();
  fetch().errback(std::runtime_error("refused"));
  EXPECT_EQ(answers_, Answers{"no: refused"}) << "the first fetch, for the second who asked";
  ASSERT_EQ(fetches_.size(), 2u);
  fetch().callback("Roses");
  EXPECT_EQ(answers_.back(), "Roses");
}

}  // namespace
}  // namespace poetry::testing
