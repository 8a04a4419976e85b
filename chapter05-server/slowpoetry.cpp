// slowpoetry, chapter 5: serves one poem, slowly, to all clients at once, from one thread.

#include <memory>

#include "common/poem.h"
#include "common/report.h"
#include "options.h"
#include "reactor/make_reactor.h"
#include "servers/service.h"
#include "servers/slow_protocol.h"

namespace poetry {

int servePoem(const ServerOptions& options) {
  const auto reactor = makeReactor();
  ServerReport report(options);
  const SlowPoetry poetry{*reactor, report, loadPoem(options.poem), options.bytesPerSend,
                          options.delay};
  const auto factory = std::make_shared<SlowPoetryFactory>(poetry);
  Service service(*reactor, factory, options, report);
  report.serving(service.address());
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::servePoem);
}
