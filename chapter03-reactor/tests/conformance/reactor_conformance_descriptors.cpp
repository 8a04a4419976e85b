// The conformance suite, part two: descriptors, and the ways in which reactors get them wrong.

#include <sys/socket.h>

#include <memory>
#include <stdexcept>

#include "tests/conformance/descriptors.h"
#include "tests/conformance/reactor_conformance.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

TEST_P(ReactorConformance, CallsAReaderWhenThereIsSomethingToRead) {
  const Pipe pipe;
  std::string got;
  TestReader reader(pipe.readEnd.get(), [&] {
    got += pipe.read();
    if (got == "Roses are red") reactor_->stop();
  });
  reactor_->addReader(reader);
  reactor_->callWhenRunning([&] { pipe.write("Roses "); });
  reactor_->callLater(2ms, [&] { pipe.write("are red"); });
  run();
  EXPECT_EQ(got, "Roses are red");
}

TEST_P(ReactorConformance, CallsAReaderAgainUntilAllIsRead) {
  const Pipe pipe;
  std::string got;
  TestReader reader(pipe.readEnd.get(), [&] {
    char byte = 0;
    if (::read(pipe.readEnd.get(), &byte, 1) == 1) got += byte;
    if (got.size() == 3) reactor_->stop();
  });
  reactor_->addReader(reader);
  pipe.write("red");
  run();
  EXPECT_EQ(got, "red");
}

TEST_P(ReactorConformance, CallsAReaderAtTheEnd) {
  Pipe pipe;
  bool end = false;
  TestReader reader(pipe.readEnd.get(), [&] {
    end = pipe.read().empty();
    reactor_->stop();
  });
  reactor_->addReader(reader);
  pipe.writeEnd.reset();
  run();
  EXPECT_TRUE(end);
}

TEST_P(ReactorConformance, CallsAWriterWhenThereIsRoom) {
  const Pipe pipe;
  // Fill it first: then there is no room until it is read.
  const std::string block(4096, 'x');
  while (::write(pipe.writeEnd.get(), block.data(), block.size()) > 0) {
  }
  bool emptied = false;
  TestWriter writer(pipe.writeEnd.get(), [&] {
    EXPECT_TRUE(emptied);
    reactor_->stop();
  });
  reactor_->addWriter(writer);
  reactor_->callLater(5ms, [&] {
    emptied = true;
    for (int i = 0; i < 16; ++i) pipe.read();
  });
  run();
  EXPECT_TRUE(emptied);
}

TEST_P(ReactorConformance, WatchesOneDescriptorForReadingAndForWriting) {
  std::array<int, 2> ends{};
  checked(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), "socketpair");
  const UniqueFd near(ends[0]), far(ends[1]);
  bool wrote = false, read = false;
  TestWriter writer(near.get(), [&] {
    wrote = true;
    reactor_->removeWriter(writer);
    writeAll(far.get(), "!", 1);
  });
  TestReader reader(near.get(), [&] {
    read = true;
    reactor_->stop();
  });
  reactor_->addReader(reader);
  reactor_->addWriter(writer);
  run();
  EXPECT_TRUE(wrote);
  EXPECT_TRUE(read);
}

TEST_P(ReactorConformance, TakesNoNoticeOfAReaderThatIsAddedOrRemovedTwice) {
  const Pipe pipe;
  int calls = 0;
  TestReader reader(pipe.readEnd.get(), [&] {
    ++calls;
    pipe.read();
    reactor_->removeReader(reader);
    reactor_->removeReader(reader);
    reactor_->callLater(5ms, [&] { reactor_->stop(); });
  });
  reactor_->removeReader(reader);
  reactor_->addReader(reader);
  reactor_->addReader(reader);
  pipe.write("!");
  run();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(reader.lost.empty()) << "it was removed in order";
}

TEST_P(ReactorConformance, SaysSoWhenADescriptorIsAddedThatAnotherHasLeftBehind) {
  const Pipe pipe;
  TestReader one(pipe.readEnd.get(), [] {}), two(pipe.readEnd.get(), [] {});
  reactor_->addReader(one);
  EXPECT_THROW(reactor_->addReader(two), std::logic_error);
  reactor_->removeReader(two);  // which is not there, so `one` stays
  pipe.write("!");
  one.onRead = [&] { reactor_->stop(); };
  run();
}

TEST_P(ReactorConformance, DoesNotCallAReaderThatWasRemovedWhileItWasReady) {
  const Pipe left, right;
  int calls = 0;
  const auto called = [&] {
    ++calls;
    reactor_->callLater(5ms, [&] { reactor_->stop(); });
  };
  TestReader one(left.readEnd.get(), {}), two(right.readEnd.get(), {});
  one.onRead = [&] {
    called();
    left.read();
    reactor_->removeReader(two);
  };
  two.onRead = [&] {
    called();
    right.read();
    reactor_->removeReader(one);
  };
  reactor_->addReader(one);
  reactor_->addReader(two);
  left.write("!");
  right.write("!");
  run();
  EXPECT_EQ(calls, 1) << "whoever was first has removed the other";
}

TEST_P(ReactorConformance, BearsAReaderThatDestroysItself) {
  const Pipe pipe;
  auto reader = std::make_unique<TestReader>(pipe.readEnd.get(), nullptr);
  reader->onRead = [&] {
    reactor_->removeReader(*reader);
    const auto goes = std::move(reader);  // and with it this function
    reactor_->callLater(5ms, [this] { reactor_->stop(); });
  };
  reactor_->addReader(*reader);
  pipe.write("!");
  run();
  EXPECT_EQ(reader, nullptr);
}

TEST_P(ReactorConformance, BearsAReaderThatDestroysAnotherOneThatIsReady) {
  const Pipe left, right;
  std::unique_ptr<TestReader> one, two;
  const auto killer = [&](std::unique_ptr<TestReader>& victim) {
    return [&] {
      if (!victim) return;
      reactor_->removeReader(*victim);
      victim.reset();
      reactor_->callLater(5ms, [this] { reactor_->stop(); });
    };
  };
  one = std::make_unique<TestReader>(left.readEnd.get(), killer(two));
  two = std::make_unique<TestReader>(right.readEnd.get(), killer(one));
  reactor_->addReader(*one);
  reactor_->addReader(*two);
  left.write("!");
  right.write("!");
  run();
  EXPECT_NE(one == nullptr, two == nullptr) << "one of them";
}

TEST_P(ReactorConformance, IsNotConfusedByAReaderThatComesBackForANewDescriptor) {
  // Both are ready. The first one called gives the other a new descriptor, which gets the number of
  // the old one: number and reader are what they were, and yet it is not the one that was ready.
  Pipe left, right, fresh;
  bool done = false;
  TestReader one(left.readEnd.get(), {}), two(right.readEnd.get(), {});
  const auto renew = [&](Pipe& pipe, TestReader& reader) {
    ASSERT_FALSE(std::exchange(done, true)) << "it was called for a descriptor that is not ready";
    reactor_->callLater(5ms, [&] { reactor_->stop(); });
    reactor_->removeReader(reader);
    pipe.readEnd.reset();
    ASSERT_EQ(::dup2(fresh.readEnd.get(), reader.fd), reader.fd);
    pipe.readEnd.reset(reader.fd);
    reactor_->addReader(reader);
  };
  one.onRead = [&] {
    renew(right, two);
    left.read();
  };
  two.onRead = [&] {
    renew(left, one);
    right.read();
  };
  reactor_->addReader(one);
  reactor_->addReader(two);
  left.write("!");
  right.write("!");
  run();
  EXPECT_TRUE(done);
}

TEST_P(ReactorConformance, KeepsWhatReleasesItselfUntilTheTurnIsOver) {
  const Pipe pipe;
  auto reader = std::make_shared<TestReader>(pipe.readEnd.get(), [] {});
  const std::weak_ptr<TestReader> seen = reader;
  reader->onRead = [&, self = reader.get()] {
    pipe.read();
    reactor_->removeReader(*self);
    reactor_->release(*self);
    EXPECT_FALSE(seen.expired()) << "it is still in a function of its own";
    reactor_->callWhenRunning([&] {
      EXPECT_TRUE(seen.expired()) << "the turn is over";
      reactor_->stop();
    });
  };
  reactor_->addReader(*reader);
  reactor_->own(std::move(reader));
  pipe.write("!");
  run();
}

TEST_P(ReactorConformance, TellsWhatItStillOwnsWhenItHasStopped) {
  const auto reader = std::make_shared<TestReader>(-1, [] {});
  reactor_->own(reader);
  reactor_->callWhenRunning([&] { reactor_->stop(); });
  run();
  EXPECT_EQ(reader->lost, std::vector<std::string>{"the reactor has stopped"});
}

TEST_P(ReactorConformance, IsNotConfusedByADescriptorNumberThatIsUsedAgainInOneTurn) {
  // Both are ready. The first one called closes the other's descriptor and opens a new one, which
  // gets the same number: what was ready was the old one.
  Pipe left, right, fresh;
  bool done = false;
  TestReader newcomer(-1, [&] { ADD_FAILURE() << "there is nothing to read for the newcomer"; });
  TestReader one(left.readEnd.get(), {}), two(right.readEnd.get(), {});
  const auto replace = [&](Pipe& pipe, TestReader& reader) {
    ASSERT_FALSE(std::exchange(done, true));
    reactor_->callLater(5ms, [&] { reactor_->stop(); });
    const int number = reader.fd;
    reactor_->removeReader(reader);
    pipe.readEnd.reset();
    ASSERT_EQ(::dup2(fresh.readEnd.get(), number), number);
    pipe.readEnd.reset(number);
    newcomer.fd = number;
    reactor_->addReader(newcomer);
  };
  one.onRead = [&] {
    left.read();
    replace(right, two);
  };
  two.onRead = [&] {
    right.read();
    replace(left, one);
  };
  reactor_->addReader(one);
  reactor_->addReader(two);
  left.write("!");
  right.write("!");
  run();
  EXPECT_TRUE(done);
}

TEST_P(ReactorConformance, SaysSoWhenThereIsNoDescriptorToWatch) {
  TestReader reader(-1, [] {});
  EXPECT_THROW(reactor_->addReader(reader), std::logic_error);
}

TEST_P(ReactorConformance, TakesOffAReaderThatThrowsAndTellsIt) {
  const Pipe pipe;
  int calls = 0;
  TestReader reader(pipe.readEnd.get(), [&] {
    ++calls;
    reactor_->callLater(5ms, [&] { reactor_->stop(); });
    throw std::runtime_error("I can not read this");
  });
  reactor_->addReader(reader);
  pipe.write("!");
  run();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(reader.lost, std::vector<std::string>{"I can not read this"});
}

TEST_P(ReactorConformance, CanRunForADescriptorAddedFromAHandler) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [&] { reactor_->stop(); });
  pipe.write("!");
  reactor_->callLater(1ms, [&] { reactor_->addReader(reader); });
  run();
}

TEST_P(ReactorConformance, LetsGoOfWhatIsLeftAtTheEndAndTellsIt) {
  const Pipe pipe;
  TestReader reader(pipe.readEnd.get(), [] {});
  TestWriter writer(pipe.writeEnd.get(), [&] {
    reactor_->removeWriter(writer);
    reactor_->callLater(1ms, [&] { reactor_->stop(); });
  });
  reactor_->addReader(reader);
  reactor_->addWriter(writer);
  run();
  EXPECT_EQ(reader.lost, std::vector<std::string>{"the reactor has stopped"});
  EXPECT_TRUE(writer.lost.empty()) << "it had gone before";
}

TEST_P(ReactorConformance, EndsAlthoughSomebodyComesBackWhenToldToGo) {
  struct Returning : TestReader {
    using TestReader::TestReader;
    void connectionLost(const Failure& reason) override {
      TestReader::connectionLost(reason);
      reactor->addReader(*this);
    }
    Reactor* reactor = nullptr;
  };
  const Pipe pipe;
  Returning reader(pipe.readEnd.get(), [] {});
  reader.reactor = reactor_.get();
  reactor_->addReader(reader);
  reactor_->callLater(1ms, [&] { reactor_->stop(); });
  run();
  EXPECT_EQ(reader.lost.size(), 1u);
  reactor_.reset();
}

TEST_P(ReactorConformance, DoesNotTouchAReaderOfAReactorThatNeverRan) {
  const Pipe pipe;
  {
    TestReader reader(pipe.readEnd.get(), [] {});
    reactor_->addReader(reader);
  }
  reactor_.reset();
}

}  // namespace

}  // namespace poetry::testing
