#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/protocol.h"

namespace poetry {

// A protocol of messages: each is sent as its length, a colon, its bytes and a comma, "5:roses,".
// So their boundaries do not get lost on the way. (D. J. Bernstein's netstrings; Twisted has a
// NetstringReceiver, too.)
class NetstringProtocol : public Protocol {
 public:
  static constexpr std::size_t kLongest = 10'000'000;  // bytes of a message

  // A message has come, whole. `message` is valid during the call.
  virtual void stringReceived(std::string_view message) = 0;

  // Breaks the connection off if what comes is not a netstring, or longer than kLongest.
  void dataReceived(std::string_view bytes) final;

 protected:
  void sendString(std::string_view message);

 private:
  std::string received_;  // of the message that is under way
};

}  // namespace poetry
