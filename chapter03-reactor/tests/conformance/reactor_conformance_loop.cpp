// The conformance suite, part one: the loop, its calls, and what it says about mistakes.

#include <sys/time.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "reactor/errors.h"
#include "tests/conformance/descriptors.h"
#include "tests/conformance/reactor_conformance.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

// ---- running and stopping ----------------------------------------------------------------------

TEST_P(ReactorConformance, CallsInTheLoopAndNotBefore) {
  bool called = false;
  reactor_->callWhenRunning([&] {
    called = true;
    EXPECT_TRUE(reactor_->running());
    reactor_->stop();
  });
  EXPECT_FALSE(called);
  EXPECT_FALSE(reactor_->running());
  run();
  EXPECT_TRUE(called);
  EXPECT_FALSE(reactor_->running());
}

TEST_P(ReactorConformance, SaysSoWhenItIsStoppedBeforeItRuns) {
  EXPECT_THROW(reactor_->stop(), ReactorNotRunning);
}

TEST_P(ReactorConformance, SaysSoWhenItIsStoppedTwice) {
  reactor_->callWhenRunning([&] {
    reactor_->stop();
    EXPECT_THROW(reactor_->stop(), ReactorNotRunning);
  });
  run();
  EXPECT_THROW(reactor_->stop(), ReactorNotRunning);
}

TEST_P(ReactorConformance, SaysSoWhenItIsRunTwice) {
  reactor_->callWhenRunning([&] {
    EXPECT_THROW(reactor_->run(), ReactorAlreadyRunning);
    reactor_->stop();
  });
  run();
  EXPECT_THROW(reactor_->run(), ReactorNotRestartable);
}

TEST_P(ReactorConformance, SaysSoWhenItIsUsedFromAnotherThread) {
  reactor_->callWhenRunning([&] {
    std::thread([&] {
      EXPECT_THROW(reactor_->callLater(0s, [] {}), WrongThread);
      EXPECT_THROW(reactor_->stop(), WrongThread);
      TestReader reader(0, [] {});
      EXPECT_THROW(reactor_->addReader(reader), WrongThread);
    }).join();
    reactor_->stop();
  });
  run();
}

TEST_P(ReactorConformance, StopsFromATimer) {
  reactor_->callLater(1ms, [&] { reactor_->stop(); });
  run();
}

TEST_P(ReactorConformance, StopsFromAReader) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] { reactor_->stop(); });
  reactor_->addReader(reader);
  pipe.write("!");
  run();
  EXPECT_EQ(reader.lost, std::vector<std::string>{"the reactor has stopped"});
}

TEST_P(ReactorConformance, StopsFromASignalAndTellsWhich) {
  for (const int signal : {SIGINT, SIGTERM}) {
    ::signal(signal, SIG_DFL);  // a shell that starts us in the background has it ignored
    reactor_ = GetParam().make(nullptr);
    reactor_->callLater(1ms, [&] { std::raise(signal); });
    run();
    EXPECT_EQ(reactor_->stoppedBySignal(), signal);
  }
}

TEST_P(ReactorConformance, LeavesSignalsAsTheyWere) {
  reactor_->callWhenRunning([&] { reactor_->stop(); });
  struct sigaction before {
  }, after{};
  ::sigaction(SIGINT, nullptr, &before);
  run();
  ::sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  EXPECT_EQ(reactor_->stoppedBySignal(), 0);
}

TEST_P(ReactorConformance, StopsFromAnotherThread) {
  std::thread thread;
  reactor_->callWhenRunning(
      [&] { thread = std::thread([&] { reactor_->callFromThread([&] { reactor_->stop(); }); }); });
  run();
  thread.join();
}

TEST_P(ReactorConformance, TakesCallsFromManyThreadsAndLosesNone) {
  constexpr int kThreads = 4, kCalls = 1000;
  int calls = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < kCalls; ++call) {
        reactor_->callFromThread([&] {
          if (++calls == kThreads * kCalls) reactor_->stop();
        });
      }
    });
  }
  run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, kThreads * kCalls);
}

TEST_P(ReactorConformance, CallsNobodyAfterItWasStopped) {
  const Pipe one, two;
  int calls = 0;
  const auto stopAtTheFirst = [&] {
    if (++calls == 1) reactor_->stop();
  };
  TestReader first(one.readEnd.get(), stopAtTheFirst), second(two.readEnd.get(), stopAtTheFirst);
  reactor_->addReader(first);
  reactor_->addReader(second);
  one.write("!");
  two.write("!");
  run();
  EXPECT_EQ(calls, 1);
}

TEST_P(ReactorConformance, SurvivesACallbackThatThrowsAndReportsIt) {
  bool lives = false;
  reactor_->callWhenRunning([] { throw std::runtime_error("I fell over"); });
  reactor_->callWhenRunning([] { throw 42; });
  reactor_->callFromThread([&] {
    reactor_->callLater(5ms, [&] {
      lives = true;
      reactor_->stop();
    });
    throw std::runtime_error("and so did I");
  });
  run();
  EXPECT_TRUE(lives);
  ASSERT_EQ(log_.size(), 3u);
  EXPECT_NE(log_[0].find("reactor_conformance_loop.cpp"), std::string::npos) << log_[0];
  EXPECT_NE(log_[0].find("I fell over"), std::string::npos) << log_[0];
}

TEST_P(ReactorConformance, GoesOnAfterASignalThatIsNotForIt) {
  // A handler without SA_RESTART: the system call that waits is interrupted, and fails with EINTR.
  static int signals;
  signals = 0;
  struct sigaction action {
  }, before{};
  action.sa_handler = [](int) { ++signals; };
  ::sigaction(SIGALRM, &action, &before);
  const itimerval everyMillisecond = {{0, 1000}, {0, 1000}}, never = {};
  ::setitimer(ITIMER_REAL, &everyMillisecond, nullptr);
  reactor_->callLater(50ms, [&] { reactor_->stop(); });
  run();
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_GT(signals, 0);
  EXPECT_TRUE(log_.empty()) << log_.front();
}

// ---- calls -------------------------------------------------------------------------------------

TEST_P(ReactorConformance, CallsLaterInTheOrderOfTime) {
  // A delay counts from its own callLater. On a busy machine more than 2 ms may pass between the
  // first and the last of them; then the order is another one, and they are asked for once more.
  std::string order;
  const auto askFor = [&](char name, Duration delay) {
    return reactor_->callLater(delay, [&, name] {
      order += name;
      if (order.size() == 3) reactor_->stop();
    });
  };
  for (;;) {
    const auto start = std::chrono::steady_clock::now();
    DelayedCall c = askFor('c', 6ms), a = askFor('a', 2ms), b = askFor('b', 4ms);
    if (std::chrono::steady_clock::now() - start < 2ms) break;
    for (DelayedCall* call : {&a, &b, &c}) call->cancel();
  }
  run();
  EXPECT_EQ(order, "abc");
}

TEST_P(ReactorConformance, NeverCallsTooEarly) {
  const auto start = std::chrono::steady_clock::now();
  int calls = 0;
  for (int i = 1; i <= 20; ++i) {
    const auto delay = std::chrono::microseconds(700 * i);
    reactor_->callLater(delay, [&, delay] {
      EXPECT_GE(std::chrono::steady_clock::now() - start, delay);
      if (++calls == 20) reactor_->stop();
    });
  }
  run();
}

TEST_P(ReactorConformance, CallsTenThousandOfOneInstantInOrder) {
  std::vector<int> order;
  for (int i = 0; i < 10'000; ++i) reactor_->callLater(0s, [&, i] { order.push_back(i); });
  reactor_->callLater(1ms, [&] { reactor_->stop(); });
  run();
  ASSERT_EQ(order.size(), 10'000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_P(ReactorConformance, LetsDescriptorsHaveTheirTurnWhenACallbackAddsItselfForEver) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] { reactor_->stop(); });
  reactor_->addReader(reader);
  int calls = 0;
  std::function<void()> again = [&] {
    if (++calls == 10) pipe.write("!");
    reactor_->callLater(0s, again);
  };
  reactor_->callWhenRunning(again);
  run();
  EXPECT_GE(calls, 10);
}

TEST_P(ReactorConformance, LetsCallsHaveTheirTurnWhenADescriptorStaysReady) {
  const Pipe pipe;
  pipe.write("x");
  int reads = 0;
  TestReader reader(pipe.readEnd.get(), [&] {
    constexpr int kFarTooMany = 1000;
    if (++reads < kFarTooMany) return;
    ADD_FAILURE() << "the call that is due is not made";
    reactor_->stop();
  });
  reactor_->addReader(reader);
  // The second is due at once, so that this turn does not sleep.
  reactor_->callWhenRunning([&] { reactor_->callWhenRunning([&] { reactor_->stop(); }); });
  run();
}

TEST_P(ReactorConformance, DoesNotMakeACallThatWasCancelled) {
  bool called = false;
  DelayedCall call = reactor_->callLater(1ms, [&] { called = true; });
  EXPECT_TRUE(call.active());
  call.cancel();
  EXPECT_FALSE(call.active());
  EXPECT_THROW(call.cancel(), AlreadyCancelled);
  EXPECT_THROW(call.reset(1ms), AlreadyCancelled);
  reactor_->callLater(5ms, [&] { reactor_->stop(); });
  run();
  EXPECT_FALSE(called);
}

TEST_P(ReactorConformance, DoesNotMakeACallThatIsCancelledByAnotherOfTheSameInstant) {
  bool called = false;
  DelayedCall victim;
  reactor_->callLater(0s, [&] { victim.cancel(); });
  victim = reactor_->callLater(0s, [&] { called = true; });
  reactor_->callLater(5ms, [&] { reactor_->stop(); });
  run();
  EXPECT_FALSE(called);
}

TEST_P(ReactorConformance, MakesACallThatWasPutOffLater) {
  std::string order;
  DelayedCall call = reactor_->callLater(1ms, [&] {
    order += 'b';
    reactor_->stop();
  });
  reactor_->callLater(3ms, [&] { order += 'a'; });
  call.reset(8ms);
  run();
  EXPECT_EQ(order, "ab");
  EXPECT_FALSE(call.active());
  EXPECT_THROW(call.cancel(), AlreadyCalled);
  EXPECT_THROW(call.reset(1ms), AlreadyCalled);
}

TEST_P(ReactorConformance, IsNotConfusedByVeryLongDelays) {
  reactor_->callLater(Duration::max(), [] { ADD_FAILURE() << "that was not 292 years"; });
  reactor_->callLater(std::chrono::hours(24 * 365), [] { ADD_FAILURE() << "that was no year"; });
  reactor_->callLater(-1s, [&] { reactor_->callLater(5ms, [&] { reactor_->stop(); }); });
  run();
}

TEST_P(ReactorConformance, TakesALetterThatAnotherOneHasPosted) {
  reactor_->callFromThread([&] { reactor_->callFromThread([&] { reactor_->stop(); }); });
  run();
}

TEST_P(ReactorConformance, DestroysTheCallbacksThatItNeverCalled) {
  const auto held = std::make_shared<int>(1);
  reactor_->callLater(1h, [held] {});
  reactor_->callFromThread([held] {});
  EXPECT_EQ(held.use_count(), 3);
  reactor_.reset();
  EXPECT_EQ(held.use_count(), 1);
}

// ---- the observer ------------------------------------------------------------------------------

struct TestObserver : LoopObserver {
  void waiting() override { seen += "w"; }
  void woken() override { seen += "h"; }
  void calling(const Handler& handler) override { seen += handler.watch != nullptr ? "[" : "("; }
  void called(const Handler& handler) override { seen += handler.watch != nullptr ? "]" : ")"; }

  std::string seen;
};

TEST_P(ReactorConformance, TellsItsObserversOfEveryHandler) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] {
    pipe.read();
    reactor_->callWhenRunning([&] { reactor_->stop(); });
  });
  const auto observer = std::make_shared<TestObserver>();
  reactor_->addObserver(observer);
  reactor_->callWhenRunning([&] { pipe.write("!"); });
  reactor_->addReader(reader);
  run();
  EXPECT_EQ(observer->seen, "h()wh[]()");
}

TEST_P(ReactorConformance, SleepsWhileNothingIsReady) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [] {});
  const auto observer = std::make_shared<TestObserver>();
  reactor_->addObserver(observer);
  reactor_->addReader(reader);
  reactor_->callLater(100ms, [&] { reactor_->stop(); });
  run();
  EXPECT_LT(observer->seen.size(), 20u) << "it asks and asks: a busy wait";
}

TEST_P(ReactorConformance, EndsByWhatItsObserverThrowsWhenEverybodyHasBeenTold) {
  struct Broken : TestObserver {
    void calling(const Handler&) override { throw std::runtime_error("the disk is full"); }
  };
  const Pipe pipe;
  int calls = 0;
  TestReader reader(pipe.readEnd.get(), [&] {
    ++calls;
    pipe.read();
  });
  reactor_->addReader(reader);
  reactor_->addObserver(std::make_shared<Broken>());
  pipe.write("!");
  try {
    run();
    ADD_FAILURE() << "it has kept that to itself";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the disk is full");
  }
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(reader.lost, std::vector<std::string>{"the reactor has stopped"});
}

// ---- help for the learner ----------------------------------------------------------------------

// A busy machine may let any handler wait for its turn, and then that one is named, too. So these
// tests look for the lines that concern them.

TEST_P(ReactorConformance, NamesAHandlerThatHoldsTheLoop) {
  warn();
  reactor_->callWhenRunning([] { std::this_thread::sleep_for(150ms); });
  reactor_->callLater(1ms, [&] { reactor_->stop(); });
  run();
  const std::vector<std::string> held = linesWith(" held the loop for 0.");
  ASSERT_FALSE(held.empty());
  EXPECT_NE(held[0].find("the call from reactor_conformance_loop.cpp:"), std::string::npos);
}

TEST_P(ReactorConformance, DoesNotTakeASleepOfTheLoopForAHandlerThatHoldsIt) {
  warn();
  reactor_->callLater(600ms, [&] { reactor_->stop(); });
  run();
  for (const char* asLong : {"for 0.6", "for 0.7", "for 0.8", "for 0.9"}) {
    EXPECT_TRUE(linesWith(asLong).empty()) << log_.front();
  }
}

TEST_P(ReactorConformance, DoesNotNameItWithoutDiagnostics) {
  reactor_->callWhenRunning([] { std::this_thread::sleep_for(150ms); });
  reactor_->callLater(1ms, [&] { reactor_->stop(); });
  run();
  EXPECT_TRUE(log_.empty());
}

TEST_P(ReactorConformance, NamesAReaderThatIsReadyAndNeverReads) {
  warn();
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] {
    if (!linesWith("busy wait").empty()) reactor_->stop();
  });
  reactor_->addReader(reader);
  pipe.write("!");
  run();
  EXPECT_EQ(linesWith("busy wait: a reader of the test's").size(), 1u);
}

TEST_P(ReactorConformance, NamesAReaderThatDoesNotNoticeTheEnd) {
  warn();
  Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] {
    pipe.read();  // which is empty: the end, and again the end
    if (!linesWith("busy wait").empty()) reactor_->stop();
  });
  reactor_->addReader(reader);
  pipe.writeEnd.reset();
  run();
  EXPECT_EQ(linesWith("busy wait").size(), 1u);
}

TEST_P(ReactorConformance, DoesNotSuspectAReaderThatReads) {
  warn();
  // A ball that two of them play to and fro: both are ready again and again.
  const Pipe left, right;
  int reads = 0;
  const auto playOn = [&](const Pipe& from, const Pipe& to) {
    return [&] {
      from.read();
      if (++reads == 40'000) return reactor_->stop();
      to.write("!");
    };
  };
  TestReader one(left.readEnd.get(), playOn(left, right));
  TestReader two(right.readEnd.get(), playOn(right, left));
  reactor_->addReader(one);
  reactor_->addReader(two);
  left.write("!");
  run();
  EXPECT_TRUE(linesWith("busy wait").empty()) << log_.front();
}

}  // namespace

}  // namespace poetry::testing
