// transformpoetry: transforms poems, for all who ask, in one thread.

#include <memory>

#include "common/report.h"
#include "options.h"
#include "reactor/make_reactor.h"
#include "servers/service.h"
#include "servers/transform_protocol.h"

namespace poetry {

int serveTransforms(const ServerOptions& options) {
  const auto reactor = makeReactor();
  ServerReport report(options);
  Service service(*reactor, std::make_shared<TransformFactory>(report), options, report);
  report.serving("transforms", service.address());
  reactor->run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::serveTransforms);
}
