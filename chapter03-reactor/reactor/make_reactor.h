#pragma once

#include <memory>
#include <string>
#include <type_traits>

#include "common/arguments.h"
#include "reactor/reactor.h"
#include "reactor/select_reactor.h"

namespace poetry {

// Which reactor a program uses, and how.
struct ReactorOptions {
  std::string name;        // --reactor: "select" or "libevent"; empty: the program's own choice
  std::string backend;     // --backend, of libevent; empty: libevent's own choice
  std::string nameServer;  // --nameserver, for libevent; empty: what the system uses
  bool warnings = true;    // not --no-warnings
};

void addReactorOptions(CommandLine& line, ReactorOptions& options);

// The options of a client that runs on a reactor.
struct ReactorClientOptions : BasicClientOptions {
  ReactorOptions reactor;
};

// The reactor that `options` ask for, or `choice` ("select", "libevent") if they do not. Throws
// UsageError if it cannot be made, or cannot hold that many connections.
std::unique_ptr<Reactor> makeReactor(const ReactorClientOptions& options,
                                     const std::string& choice);

// The same, for a program that was written for one: makeReactor<SelectReactor>(options).
template <typename Choice>
std::unique_ptr<Reactor> makeReactor(const ReactorClientOptions& options) {
  return makeReactor(options, std::is_same_v<Choice, SelectReactor> ? "select" : "libevent");
}

// The exit code of a program whose reactor has stopped, and that would have ended with `exitCode`.
// If it was a signal that stopped the reactor, does not return: this process ends by that signal,
// so that its parent can tell. All cleaning up must be done by then.
int exitCodeAfter(const Reactor& reactor, int exitCode);

}  // namespace poetry
