// fastpoetry: serves one poem to all clients, as fast as they take it.

#include <memory>

#include "common/poem.h"
#include "common/report.h"
#include "options.h"
#include "reactor/make_reactor.h"
#include "servers/fast_protocol.h"
#include "servers/service.h"

namespace poetry {

int servePoem(const ServerOptions& options) {
  const auto reactor = makeReactor();
  ServerReport report(options);
  const auto factory = std::make_shared<FastPoetryFactory>(loadPoem(options.poem), report);
  Service service(*reactor, factory, options, report);
  report.serving(service.address());
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::servePoem);
}
