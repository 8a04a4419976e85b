// poetry-proxy: fetches a poem from another server, keeps it, and serves it.
//
// However many ask for the poem while it is not here, it is fetched once, and no more if all of
// them have gone. A poem that is older than --ttl is fetched anew. See servers/proxy_protocol.h and
// poem_cache.h.
//
// How it fails: if the poem can not be fetched, a line on stderr says why. Its clients get the old
// poem; if there is none, their connections are broken off. The next client has it fetched again.
// How it stops: by Ctrl-C or SIGTERM, exit code 0; poems under way get some time (see service.h).

#include <memory>
#include <string>

#include "common/address.h"
#include "common/program.h"
#include "common/report.h"
#include "poems/poem_cache.h"
#include "poems/poem_client.h"
#include "reactor/libevent_reactor.h"
#include "servers/proxy_protocol.h"
#include "servers/service.h"

namespace poetry {

const Usage kUsage = {
    .model = "proxy",
    .purpose = "Fetches a poem from another server, keeps it, and serves it to all clients.",
    .example =
        "  {bin}/slowpoetry --port 10000 --delay 0.01 --quiet poetry/science.txt & sleep 1\n"
        "  {bin}/poetry-proxy --port 10001 10000 & sleep 1\n"
        "  {bin}/get-poetry 10001 && {bin}/get-poetry 10001; kill %1 %2",
    .servesPoem = false,
    .stopsGracefully = true,
    .proxies = true,
    .expires = true,
};

int serveProxy(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  const std::string origin = toString(options.origin);
  const auto fetch = [&] {
    report.note("Fetching the poem from " + origin + ".");
    return getPoetry(reactor, options.origin);
  };
  const auto log = [&](const std::string& why) {
    report.complain("can not fetch the poem: " + why);
  };
  PoemCache poems(reactor, fetch, {options.timeout, options.ttl}, log);
  const auto factory = std::make_shared<PoetryProxyFactory>(poems, report);
  Service service(reactor, factory, options, report);
  report.serving("poetry from " + origin, service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::serveProxy);
}
