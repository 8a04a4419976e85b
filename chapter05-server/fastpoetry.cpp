// fastpoetry: serves one poem to all clients, as fast as they take it.
//
// It writes the poem and closes. If the kernel takes all of it at once, as it does with a poem of
// any usual size, a client costs an accept, a send and a close, and the loop never watches it.
//
// How it fails: a port that is taken or an address that is not ours ends it at once, exit code 1.
// How it stops: by Ctrl-C or SIGTERM, exit code 0; poems under way get some time (see service.h).

#include <memory>

#include "common/poem.h"
#include "common/program.h"
#include "common/report.h"
#include "reactor/libevent_reactor.h"
#include "servers/fast_protocol.h"
#include "servers/service.h"

namespace poetry {

const Usage kUsage = {
    .model = "reactor",
    .purpose = "Serves a poem to all clients, as fast as they take it.",
    .example =
        "  {bin}/fastpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
        "  {bin}/get-poetry 10000; kill $!",
    .servesSlowly = false,
    .stopsGracefully = true,
};

int servePoem(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  const auto factory = std::make_shared<FastPoetryFactory>(loadPoem(options.poem), report);
  Service service(reactor, factory, options, report);
  report.serving(service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::servePoem);
}
