#pragma once

// What this chapter's programs say about themselves in --help, and their options: which reactor a
// client uses, and what it does to the poems.

#include <string_view>

#include "common/program.h"
#include "reactor/make_reactor.h"

namespace poetry {

// Each client offers what it needs, and leaves the rest as it is.
struct ClientOptions : ReactorClientOptions {
  std::string cummingsify;              // --cummingsify: "works", ...; empty: as chance has it
  std::optional<Address> transformer;   // --transformer
  std::chrono::nanoseconds timeout{0};  // --timeout, for each poem; 0: no limit
};

using ServerOptions = BasicServerOptions;

inline const Usages kUsages = {
    {"slowpoetry",
     {"blocking", "Serves a poem, a few bytes at a time, to one client at a time.",
      fetchExample("get-poetry")}},
    {"transform-server",
     {"deferred", "Transforms poems, for all who ask at the same time.",
      "  {bin}/transform-server --port 10008 & sleep 1\n"
      "  printf '17:cummingsify.Roses,' | nc -N 127.0.0.1 10008; kill $!"}},
    {"get-poetry-1",
     {"deferred", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry-1")}},
    {"get-poetry-2",
     {"deferred", "Fetches poems, all at once, in one thread, and writes them in small letters.",
      fetchExample("get-poetry-2", "10000 --cummingsify works")}},
    {"get-poetry-3",
     {"deferred", "Fetches poems, all at once, in one thread, and has them transformed.",
      "  {bin}/slowpoetry --port 10000 --quiet poetry/science.txt &\n"
      "  {bin}/transform-server --port 10008 --quiet & sleep 1\n"
      "  {bin}/get-poetry-3 10000 --transformer 10008; kill %1 %2"}},
    {"get-poetry-4",
     {"deferred", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry-4")}},
    {"get-poetry-5",
     {"deferred", "Fetches poems, all at once, in one thread.",
      fetchExample("get-poetry-5", "10000 --timeout 30")}},
    {"get-poetry",
     {"coroutines", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry")}},
};

// The additional options of the program with this name.
inline void addOptionsOf(std::string_view program, CommandLine& line, ClientOptions& options) {
  if (program.ends_with("get-poetry-2")) {
    line.add("--cummingsify", options.cummingsify,
             "How it goes: works, gibberish or breaks (by chance)")
        .showType("HOW")
        .oneOf({"works", "gibberish", "breaks"});
  }
  if (program.ends_with("get-poetry-3")) {
    addAddress(line, "--transformer", options.transformer, "Who transforms the poems");
  }
  if (program.ends_with("get-poetry-5")) {
    addSeconds(line, "--timeout", options.timeout, "The longest time for a poem (0: no limit)");
  }
}

inline ClientOptions readClientOptions(int argc, char** argv) {
  ClientOptions options;
  CommandLine line = clientLine(kUsages, argv, options);
  addReactorOptions(line, options.reactor);
  addOptionsOf(options.program, line, options);
  line.parse(argc, argv);
  return options;
}

inline ServerOptions readServerOptions(int argc, char** argv) {
  ServerOptions options;
  CommandLine line = serverLine(kUsages, argv, options);
  if (options.program.ends_with("slowpoetry")) {
    addPoem(line, options);
    addSlowness(line, options);
  }
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
