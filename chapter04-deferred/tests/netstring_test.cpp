#include "poems/netstring.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reactor/errors.h"
#include "tests/support/string_transport.h"

namespace poetry::testing {
namespace {

class Listening : public NetstringProtocol {
 public:
  void connectionLost(const Failure&) override {}
  void stringReceived(std::string_view message) override { messages.emplace_back(message); }
  void say(std::string_view message) { sendString(message); }

  std::vector<std::string> messages;
};

class NetstringTest : public ::testing::Test {
 protected:
  NetstringTest() { protocol_.makeConnection(transport_); }

  StringTransport transport_;
  Listening protocol_;
};

using Messages = std::vector<std::string>;

TEST_F(NetstringTest, SendsLengthColonBytesComma) {
  protocol_.say("roses");
  protocol_.say("");
  EXPECT_EQ(transport_.written(), "5:roses,0:,");
}

TEST_F(NetstringTest, ReceivesMessagesHoweverTheyAreCut) {
  const std::string bytes = "5:roses,0:,12:are:red,\n5:x,";
  for (const char byte : bytes) protocol_.dataReceived(std::string_view(&byte, 1));
  EXPECT_EQ(protocol_.messages, (Messages{"roses", "", "are:red,\n5:x"}));
}

TEST_F(NetstringTest, ReceivesManyMessagesAtOnce) {
  protocol_.dataReceived("1:a,1:b,1:");
  EXPECT_EQ(protocol_.messages, (Messages{"a", "b"}));
  protocol_.dataReceived("c,");
  EXPECT_EQ(protocol_.messages, (Messages{"a", "b", "c"}));
}

// What is thrown breaks the connection off: see Protocol.
TEST_F(NetstringTest, RefusesWhatIsNoNetstring) {
  for (const char* bytes : {"x", ":a,", "-1:a,", "+1:a,", " 1:a,", "01:a,", "1:ab", "1 :a,"}) {
    Listening protocol;
    protocol.makeConnection(transport_);
    EXPECT_THROW(protocol.dataReceived(bytes), ConnectionLost) << bytes;
    EXPECT_TRUE(protocol.messages.empty());
  }
}

TEST_F(NetstringTest, RefusesALongMessageBeforeItComes) {
  Listening other;
  EXPECT_THROW(protocol_.dataReceived("10000001:"), ConnectionLost);
  EXPECT_THROW(other.dataReceived("123456789"), ConnectionLost);
}

TEST_F(NetstringTest, TakesAMessageOfTheLargestSize) {
  const std::string message(NetstringProtocol::kLongest, 'v');
  protocol_.dataReceived("10000000:");
  protocol_.dataReceived(message);
  protocol_.dataReceived(",");
  ASSERT_EQ(protocol_.messages.size(), 1u);
  EXPECT_TRUE(protocol_.messages[0] == message);
}

}  // namespace
}  // namespace poetry::testing
