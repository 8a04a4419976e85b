#pragma once

// What this chapter's programs say about themselves in --help, and their options: no more than the
// programs of every chapter have.

#include "common/program.h"

namespace poetry {

using ClientOptions = BasicClientOptions;
using ServerOptions = BasicServerOptions;

inline const Usages kUsages = {
    {"slowpoetry",
     {"blocking", "Serves a poem, a few bytes at a time, to one client at a time.",
      fetchExample("get-poetry")}},
    {"get-poetry",
     {"blocking", "Fetches poems, one server after the other.", fetchExample("get-poetry")}},
    {"get-poetry-threads",
     {"threads", "Fetches poems, all at once, with one thread a poem.",
      fetchExample("get-poetry-threads")}},
};

inline ClientOptions readClientOptions(int argc, char** argv) {
  ClientOptions options;
  clientLine(kUsages, argv, options).parse(argc, argv);
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
