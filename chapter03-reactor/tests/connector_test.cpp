// What cannot be tested with every reactor: a name with addresses of the test's own choice.

#include "net/connector.h"

#include <gtest/gtest.h>

#include "common/testing/scripted_server.h"
#include "reactor/errors.h"
#include "reactor/select_reactor.h"
#include "tests/conformance/conversation.h"
#include "tests/conformance/descriptors.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;

// Resolves every name to the addresses that it was given.
class FindingReactor : public SelectReactor {
 public:
  explicit FindingReactor(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}

 private:
  void lookUp(const Address&, std::uint64_t number) override { answer(number, endpoints_); }

  std::vector<Endpoint> endpoints_;
};

TEST(Connector, LeavesTimeForTheNextAddressWhenOneDoesNotAnswer) {
  const FullPort full;
  ScriptedServers servers;
  const Address server = servers.add({Send{"Roses"}});
  FindingReactor reactor({*numericEndpoint(full.address()), *numericEndpoint(server)});
  Conversation conversation;
  conversation.onLost = [&] { reactor.stop(); };
  reactor.connectTCP({"some.test", 1}, std::make_shared<TestFactory>(conversation), 400ms);
  reactor.run();
  EXPECT_TRUE(conversation.failed.empty()) << conversation.failed[0].message();
  EXPECT_EQ(conversation.received, "Roses");
}

TEST(Connector, GivesUpWhenNoAddressAnswersInTheTimeForAll) {
  const FullPort one, two;
  FindingReactor reactor({*numericEndpoint(one.address()), *numericEndpoint(two.address())});
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
  all.erase(all.begin(), all.begin() + 2);  // room for the mailbox
  SelectReactor reactor;
  Conversation conversation;
  conversation.onLost = [&] { reactor.stop(); };
  reactor.connectTCP(server, std::make_shared<TestFactory>(conversation));
  reactor.run();
  ASSERT_EQ(conversation.failed.size(), 1u);
  EXPECT_NE(conversation.failed[0].message().find("FD_SETSIZE"), std::string::npos);
}

TEST(SelectReactor, NamesADescriptorThatWasClosedWhileItWasWatched) {
  Pipe pipe;
  SelectReactor reactor;
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
