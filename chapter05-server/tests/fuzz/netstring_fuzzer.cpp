// For libFuzzer: NetstringProtocol, with whatever anyone may send.
//
// However the bytes are cut, the same messages come of them, and they are refused or not. (The
// reason may be another one: seen all at once, "123456789x" is no length; seen as it comes, it is
// too long.) What came is what was sent: written down again, the messages are the beginning of the
// input.

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "poems/netstring.h"
#include "reactor/errors.h"
#include "tests/support/string_transport.h"

namespace poetry::testing {
namespace {

class Hearing : public NetstringProtocol {
 public:
  void stringReceived(std::string_view message) override { messages.emplace_back(message); }
  void connectionLost(const Failure&) override {}

  std::vector<std::string> messages;
};

struct Heard {
  std::vector<std::string> messages;
  bool refused = false;

  bool operator==(const Heard&) const = default;
};

// What a protocol hears that is given the bytes in pieces of `size`.
Heard hear(std::string_view bytes, std::size_t size) {
  StringTransport transport;
  Hearing listener;
  listener.makeConnection(transport);
  bool refused = false;
  try {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
      listener.dataReceived(bytes.substr(0, size));
    }
  } catch (const ConnectionLost&) {
    refused = true;
  }
  return {listener.messages, refused};
}

void require(bool good) {
  if (!good) std::abort();
}

}  // namespace
}  // namespace poetry::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace poetry::testing;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Heard whole = hear(bytes, size + 1);
  require(hear(bytes, 1) == whole);
  require(hear(bytes, 7) == whole);
  std::string again;
  for (const std::string& message : whole.messages) {
    again += fmt::format("{}:{},", message.size(), message);
  }
  require(bytes.starts_with(again));
  // Nothing is left that would be one more message.
  const Heard rest = hear(bytes.substr(again.size()), size + 1);
  require(rest.messages.empty() && rest.refused == whole.refused);
  return 0;
}
