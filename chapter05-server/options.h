#pragma once

// What this chapter's programs say about themselves in --help, and their options: how a server
// stops, what a proxy serves, and how many connections a client has.

#include <string_view>

#include "common/program.h"
#include "reactor/make_reactor.h"
#include "servers/service.h"

namespace poetry {

struct ClientOptions : ReactorClientOptions {
  std::size_t limit = 0;  // --limit: connections at once; 0: as many as there are addresses
};

// Each server offers what it needs, and leaves the rest as it is.
struct ServerOptions : ServiceOptions {
  // Of a proxy:
  Address origin;                                    // where it gets its poem
  std::optional<std::chrono::nanoseconds> ttl;       // --ttl: how long it is fresh; none: always
  std::chrono::nanoseconds timeout{10'000'000'000};  // --timeout: the longest time for a fetch
};

// A proxy behind a slow server.
inline std::string proxyExample(const std::string& proxy) {
  return "  {bin}/slowpoetry --port 10000 --delay 0.01 --quiet poetry/science.txt & sleep 1\n"
         "  {bin}/" +
         proxy +
         " --port 10001 10000 & sleep 1\n"
         "  {bin}/get-poetry 10001 && {bin}/get-poetry 10001; kill %1 %2";
}

inline const Usages kUsages = {
    {"slowpoetry",
     {"reactor", "Serves a poem, a few bytes at a time, to all clients at once.",
      fetchExample("get-poetry")}},
    {"fastpoetry",
     {"reactor", "Serves a poem to all clients, as fast as they take it.",
      "  {bin}/fastpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
      "  {bin}/get-poetry 10000; kill $!"}},
    {"transformpoetry",
     {"reactor", "Transforms poems, for all who ask at the same time.",
      "  {bin}/transformpoetry --port 10000 & sleep 1\n"
      "  printf '17:cummingsify.Roses,' | nc -N 127.0.0.1 10000; kill $!"}},
    {"poetry-proxy-1",
     {"proxy", "Fetches a poem from another server, keeps it, and serves it to all clients.",
      proxyExample("poetry-proxy-1")}},
    {"poetry-proxy-2",
     {"proxy", "Fetches a poem from another server, keeps it, and serves it to all clients.",
      proxyExample("poetry-proxy-2")}},
    {"poetry-proxy",
     {"proxy", "Fetches a poem from another server, keeps it, and serves it to all clients.",
      proxyExample("poetry-proxy")}},
    {"get-poetry",
     {"coroutines", "Fetches poems, all at once, in one thread.", fetchExample("get-poetry")}},
};

inline ClientOptions readClientOptions(int argc, char** argv) {
  ClientOptions options;
  CommandLine line = clientLine(kUsages, argv, options);
  addReactorOptions(line, options.reactor);
  addCount(line, "--limit", options.limit, "N", "Not more than so many at once (default: all)");
  line.parse(argc, argv);
  return options;
}

inline void addProxyOptions(CommandLine& line, ServerOptions& options, bool expires) {
  line.setMissing("whose poem? Name a server, as [host]:port");
  addServerAddress(line, "origin", options.origin, "Where the poem comes from: [host]:port");
  if (expires) {
    addSeconds(line, "--ttl", options.ttl, "Ask for a new poem after so long (default: never)");
  }
  addSeconds(line, "--timeout", options.timeout, "The longest time for that (default: 10)");
}

// The additional options of the program with this name.
inline void addOptionsOf(std::string_view program, CommandLine& line, ServerOptions& options) {
  if (program.ends_with("slowpoetry") || program.ends_with("fastpoetry")) addPoem(line, options);
  if (program.ends_with("slowpoetry")) addSlowness(line, options);
  if (program.find("poetry-proxy") != std::string_view::npos) {
    addProxyOptions(line, options, program.ends_with("poetry-proxy"));
  }
  addSeconds(line, "--grace", options.grace, "When stopped, let poems end (default: 3)");
}

inline ServerOptions readServerOptions(int argc, char** argv) {
  ServerOptions options;
  CommandLine line = serverLine(kUsages, argv, options);
  addOptionsOf(options.program, line, options);
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
