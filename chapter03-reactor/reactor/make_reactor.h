#pragma once

#include <memory>
#include <string>

#include "common/arguments.h"
#include "reactor/reactor.h"

namespace poetry {

// Which reactor a program uses, and how.
struct ReactorOptions {
  std::string
      name;  // --reactor: "select", "poll", "epoll", "libevent"; empty: as the program has it
  std::string backend;     // --backend, of libevent; empty: libevent's own choice
  std::string nameServer;  // --nameserver, for libevent; empty: what the system uses
  bool warnings = true;    // not --no-warnings
};

void addReactorOptions(CommandLine& line, ReactorOptions& options);

// The options of a client that runs on a reactor.
struct ReactorClientOptions : BasicClientOptions {
  ReactorOptions reactor;
};

// What a program waits with, unless its options say otherwise.
enum class Default { kSelect, kLibevent };

// The reactor that `options` ask for, with diagnostics unless they say otherwise. Throws UsageError
// if it cannot be made, or cannot hold that many connections.
std::unique_ptr<Reactor> makeReactor(const ReactorClientOptions& options, Default choice);

// A reactor over libevent, with diagnostics: for a program that leaves its user no choice.
std::unique_ptr<Reactor> makeReactor();

}  // namespace poetry
