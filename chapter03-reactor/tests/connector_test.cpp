// What cannot be tested with every reactor: a name with addresses of the test's own choice.

#include "net/connector.h"

#include <gtest/gtest.h>

#include "common/testing/scripted_server.h"
#include "reactor/errors.h"
#include "reactor/reactor.h"
#include "tests/conformance/conversation.h"
#include "tests/conformance/descriptors.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

// Resolves every name to the addresses that it was given.
class FindingResolver : public Resolver {
 public:
  explicit FindingResolver(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}

  void lookUp(const Address&, Answer answer) override { answer(endpoints_); }

 private:
  std::vector<Endpoint> endpoints_;
};

std::unique_ptr<Resolver> finding(std::vector<Endpoint> endpoints) {
  return std::make_unique<FindingResolver>(std::move(endpoints));
}

TEST(Connector, LeavesTimeForTheNextAddressWhenOneDoesNotAnswer) {
  const FullPort full;
  ScriptedServers servers;
  const Address server = servers.add({Send{"Roses"}});
  Reactor reactor(nullptr, finding({*numericEndpoint(full.address()), *numericEndpoint(server)}));
  Conversation conversation;
  conversation.onLost = [&] { reactor.stop(); };
  reactor.connectTCP({"some.test", 1}, std::make_shared<TestFactory>(conversation), 400ms);
  reactor.run();
  EXPECT_TRUE(conversation.failed.empty()) << conversation.failed[0].message();
  EXPECT_EQ(conversation.received, "Roses");
}

TEST(Connector, GivesUpWhenNoAddressAnswersInTheTimeForAll) {
  const FullPort one, two;
  Reactor reactor(nullptr,
                  finding({*numericEndpoint(one.address()), *numericEndpoint(two.address())}));
  Conversation conversation;
  conversation.onLost = [&] { reactor.stop(); };
  const auto start = std::chrono::steady_clock::now();
  reactor.connectTCP({"some.test", 1}, std::make_shared<TestFactory>(conversation), 60ms);
  reactor.run();
  EXPECT_GE(std::chrono::steady_clock::now() - start, 60ms);
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_EQ(conversation.failed[0].message(), "connect some.test:1: no answer in 0.06 seconds");
}

TEST(Connector, SaysSoWhenADescriptorIsTooHighForSelect) {
  if (raiseDescriptorLimit() <= FD_SETSIZE) GTEST_SKIP() << "there are no such descriptors here";
  ScriptedServers servers;
  const Address server = servers.add({Send{"Roses"}});
  std::vector<UniqueFd> all;
  while (all.empty() || all.back().get() < FD_SETSIZE) all.emplace_back(checked(::dup(0), "dup"));
  all.erase(all.begin(), all.begin() + 4);  // room for the mailbox, and for signals
  Reactor reactor;
  Conversation conversation;
  conversation.onLost = [&] { reactor.stop(); };
  reactor.connectTCP(server, std::make_shared<TestFactory>(conversation));
  reactor.run();
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_NE(conversation.failed[0].message().find("FD_SETSIZE"), std::string::npos);
}

TEST(SelectPoller, NamesADescriptorThatWasClosedWhileItWasWatched) {
  Pipe pipe;
  Reactor reactor;
  TestReader reader(pipe.readEnd.get(), [] {});
  reactor.addReader(reader);
  reactor.callWhenRunning([&] { pipe.readEnd.reset(); });
  reactor.callLater(5ms, [&] { reactor.stop(); });
  reactor.run();
  ASSERT_EQ(reader.lost.size(), 1u);
  EXPECT_NE(reader.lost[0].find("was closed, and is still watched"), std::string::npos);
}

}  // namespace
}  // namespace poetry::testing
