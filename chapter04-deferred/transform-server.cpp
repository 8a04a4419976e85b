// transform-server: transforms poems, for all who ask, in one thread.
//
// A request is a netstring that names a transform and carries a poem, "cummingsify.TEXT"; the
// answer is a netstring with the poem. There may be many on one connection.
//
// How it fails: who asks for a transform that we do not know, or sends something else, loses the
// connection; nobody else notices.
// How it stops: by a signal, with exit code 0.

#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/program.h"
#include "net/listener.h"
#include "poems/cummingsify.h"
#include "poems/netstring.h"
#include "reactor/libevent_reactor.h"

namespace poetry {

const Usage kUsage = {
    .model = "deferred",
    .purpose = "Transforms poems, for all who ask at the same time.",
    .example =
        "  {bin}/transform-server --port 10008 & sleep 1\n"
        "  printf '17:cummingsify.Roses,' | nc -N 127.0.0.1 10008; kill $!",
    .servesPoem = false,
};

using Transform = std::function<std::string(std::string poem)>;

const std::map<std::string, Transform, std::less<>> kTransforms = {
    {"cummingsify", inSmallLetters},
};

class TransformProtocol : public NetstringProtocol {
 public:
  void stringReceived(std::string_view request) override {
    const std::size_t dot = request.find('.');
    const auto transform = kTransforms.find(request.substr(0, dot));
    if (dot == std::string_view::npos || transform == kTransforms.end()) {
      return transport().loseConnection();
    }
    sendString(transform->second(std::string(request.substr(dot + 1))));
  }

  // Whoever asked has what they wanted, or does not want it any more.
  void connectionLost(const Failure&) override {}
};

class TransformFactory : public Factory {
 public:
  std::string logPrefix() const override { return "somebody with a poem"; }

  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override {
    return std::make_unique<TransformProtocol>();
  }
};

int serveTransforms(const ServerOptions& options) {
  LibeventReactor reactor;
  const Listener listener(reactor, {options.iface, options.port},
                          std::make_shared<TransformFactory>());
  fmt::print("Serving transforms on port {}.\n", listener.address().port());
  std::fflush(stdout);
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::serveTransforms);
}
