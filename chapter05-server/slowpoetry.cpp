// slowpoetry, chapter 5: serves one poem, slowly, to all clients at once, from one thread.
//
// It sends a few bytes to a client, asks the reactor to be called again after the delay, and is
// free for the others. Nobody sleeps: see servers/slow_protocol.h.
//
// How it fails: a port that is taken or an address that is not ours ends it at once, exit code 1.
// A client that vanishes in the middle of its poem costs nobody else anything.
// How it stops: by Ctrl-C or SIGTERM, exit code 0; poems under way get some time (see service.h).

#include <memory>

#include "common/poem.h"
#include "common/program.h"
#include "common/report.h"
#include "reactor/libevent_reactor.h"
#include "servers/service.h"
#include "servers/slow_protocol.h"

namespace poetry {

const Usage kUsage = {
    .model = "reactor",
    .purpose = "Serves a poem, a few bytes at a time, to all clients at once.",
    .example =
        "  {bin}/slowpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
        "  {bin}/get-poetry 10000; kill $!",
    .stopsGracefully = true,
};

int servePoem(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  const SlowPoetry poetry{reactor, report, loadPoem(options.poem), options.bytesPerSend,
                          options.delay};
  const auto factory = std::make_shared<SlowPoetryFactory>(poetry);
  Service service(reactor, factory, options, report);
  report.serving(service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::servePoem);
}
