#include "common/address.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace poetry {
namespace {

std::string parsed(const std::string& text) {
  return toString(parseAddress(text));
}

std::string complaintAbout(const std::string& text) {
  try {
    return "took it for " + parsed(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(Address, IsAPortOnTheLoopbackWhenThereIsNoHost) {
  EXPECT_EQ(parsed("10000"), "127.0.0.1:10000");
  EXPECT_EQ(parsed(":10000"), "127.0.0.1:10000");
}

TEST(Address, IsAHostAndAPort) {
  EXPECT_EQ(parsed("192.0.2.7:80"), "192.0.2.7:80");
  EXPECT_EQ(parsed("poems.example:80"), "poems.example:80");
}

TEST(Address, HasIpv6InBrackets) {
  EXPECT_EQ(parsed("[::1]:10000"), "[::1]:10000");
  EXPECT_EQ(parseAddress("[::1]:10000").host, "::1");
  EXPECT_EQ(parsed("[fe80::1%lo]:7"), "[fe80::1%lo]:7");
}

TEST(Address, TakesPortsFrom0To65535) {
  EXPECT_EQ(parseAddress("0").port, 0);
  EXPECT_EQ(parseAddress("65535").port, 65535);
  EXPECT_EQ(complaintAbout("65536"), "port 65536 is not between 0 and 65535");
  EXPECT_EQ(complaintAbout("99999999999999999999"),
            "port 99999999999999999999 is not between 0 and 65535");
  EXPECT_EQ(complaintAbout("-1"), "'-1' is not a port number");
}

TEST(Address, SaysWhatIsWrong) {
  EXPECT_EQ(complaintAbout(""), "'' is not a port number");
  EXPECT_EQ(complaintAbout("localhost"), "'localhost' has no port; write localhost:10000");
  EXPECT_EQ(complaintAbout("host:"), "'' is not a port number");
  EXPECT_EQ(complaintAbout("host:80x"), "'80x' is not a port number");
  EXPECT_EQ(complaintAbout("host: 80"), "' 80' is not a port number");
  EXPECT_EQ(complaintAbout("::1:80"),
            "'::1:80' has more than one colon; write an IPv6 address as [::1]:port");
  EXPECT_EQ(complaintAbout("[::1]"), "'[::1]' has no ']:port' at its end");
  EXPECT_EQ(complaintAbout("[host]:80"),
            "'host' is not an IPv6 address, and only those stand in brackets");
}

TEST(Resolve, NeedsNoResolverForNumbers) {
  ASSERT_EQ(resolve({"127.0.0.1", 7}).size(), 1u);
  EXPECT_EQ(toString(resolve({"127.0.0.1", 7}).front()), "127.0.0.1:7");
  EXPECT_EQ(toString(resolve({"::1", 7}).front()), "[::1]:7");
}

TEST(Resolve, NamesTheHostThatIsNotThere) {
  try {
    resolve({"no-such-host.invalid", 7});
    FAIL() << "it is there";
  } catch (const std::runtime_error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("look up no-such-host.invalid: "));
  }
}

TEST(Endpoint, RefusesOtherFamilies) {
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_THROW(Endpoint(&other, sizeof other), std::invalid_argument);
}

}  // namespace
}  // namespace poetry
