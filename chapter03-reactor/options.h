#pragma once

// What this chapter's programs say about themselves in --help, and their options: which reactor a
// client uses, and how.

#include "common/program.h"
#include "reactor/make_reactor.h"

namespace poetry {

using ClientOptions = ReactorClientOptions;
using ServerOptions = BasicServerOptions;

inline const Usages kUsages = {
    {"slowpoetry",
     {"blocking", "Serves a poem, a few bytes at a time, to one client at a time.",
      fetchExample("get-poetry")}},
    {"get-poetry-1",
     {"reader", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry-1")}},
    {"get-poetry-2",
     {"libevent", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry-2")}},
    {"get-poetry-3",
     {"protocol", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry-3")}},
    {"get-poetry",
     {"reactor", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry")}},
};

inline ClientOptions readClientOptions(int argc, char** argv) {
  ClientOptions options;
  CommandLine line = clientLine(kUsages, argv, options);
  addReactorOptions(line, options.reactor);
  line.parse(argc, argv);
  return options;
}

inline ServerOptions readServerOptions(int argc, char** argv) {
  ServerOptions options;
  CommandLine line = serverLine(kUsages, argv, options);
  addPoem(line, options);
  addSlowness(line, options);
  line.parse(argc, argv);
  return options;
}

inline int runClient(int argc, char** argv, int (*body)(const ClientOptions&)) {
  return runClient(
      argv, [&] { return readClientOptions(argc, argv); }, body);
}

inline int runServer(int argc, char** argv, int (*body)(const ServerOptions&)) {
  return runServer(
      argv, [&] { return readServerOptions(argc, argv); }, body);
}

}  // namespace poetry
