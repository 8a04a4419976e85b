// Fetches a poem from another server, keeps it, and serves it to all clients.

#include <memory>
#include <string>

#include "common/address.h"
#include "common/report.h"
#include "options.h"
#include "poems/poem_cache.h"
#include "poems/poem_client.h"
#include "reactor/make_reactor.h"
#include "servers/proxy_protocol.h"
#include "servers/service.h"

namespace poetry {

int serveProxy(const ServerOptions& options) {
  const auto reactor = makeReactor();
  ServerReport report(options);
  const std::string origin = toString(options.origin);
  const auto fetch = [&] {
    report.note("Fetching the poem from " + origin + ".");
    return getPoetry(*reactor, options.origin);
  };
  const auto log = [&](const std::string& why) {
    report.complain("can not fetch the poem: " + why);
  };
  PoemCache poems(*reactor, fetch, {options.timeout, options.ttl}, log);
  const auto factory = std::make_shared<PoetryProxyFactory>(poems, report);
  Service service(*reactor, factory, options, report);
  report.serving("poetry from " + origin, service.address());
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::serveProxy);
}
