// transform-server: transforms poems, for all who ask, in one thread.

#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "net/listener.h"
#include "options.h"
#include "poems/cummingsify.h"
#include "poems/netstring.h"
#include "reactor/make_reactor.h"

namespace poetry {

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

  // The client has what it wanted, or does not want it any more.
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
  const auto reactor = makeReactor();
  const Listener listener(*reactor, {options.iface, options.port},
                          std::make_shared<TransformFactory>());
  fmt::print("Serving transforms on port {}.\n", listener.address().port());
  std::fflush(stdout);
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::serveTransforms);
}
