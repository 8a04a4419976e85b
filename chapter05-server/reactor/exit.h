#pragma once

#include <csignal>

#include "reactor/reactor.h"

namespace poetry {

// The end of a program whose reactor has stopped. If it was a signal that stopped it, this process
// ends by that signal, so that its parent can tell, and this does not return: all cleaning up must
// be done by then. Otherwise returns `exitCode`.
inline int finish(const Reactor& reactor, int exitCode) {
  const int signal = reactor.stoppedBySignal();
  if (signal != 0) std::raise(signal);
  return exitCode;
}

}  // namespace poetry
