// transformpoetry: transforms poems, for all who ask, in one thread.
//
// A request is a netstring that names a transform and carries a poem, "17:cummingsify.Roses,"; the
// answer is a netstring with the poem, "5:roses,". There may be many on one connection, and nobody
// has to wait for an answer before the next request. For the transforms see transforms.h.
//
// How it fails: who asks for a transform that we do not know gets the answers before it, and then
// the connection is closed. Who sends what is no netstring, or one that is too long, loses the
// connection at once. Either way we say why, and nobody else notices.
// How it stops: by Ctrl-C or SIGTERM, exit code 0: answers under way go out, and then all
// connections are closed (see service.h).

#include <memory>

#include "common/program.h"
#include "common/report.h"
#include "reactor/libevent_reactor.h"
#include "servers/service.h"
#include "servers/transform_protocol.h"

namespace poetry {

const Usage kUsage = {
    .model = "reactor",
    .purpose = "Transforms poems, for all who ask at the same time.",
    .example =
        "  {bin}/transformpoetry --port 10000 & sleep 1\n"
        "  printf '17:cummingsify.Roses,' | nc -N 127.0.0.1 10000; kill $!",
    .servesPoem = false,
    .stopsGracefully = true,
};

int serveTransforms(const ServerOptions& options) {
  LibeventReactor reactor;
  ServerReport report(options);
  Service service(reactor, std::make_shared<TransformFactory>(report), options, report);
  report.serving("transforms", service.address());
  reactor.run();
  return 0;
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runServer(argc, argv, poetry::kUsage, poetry::serveTransforms);
}
