#include "reactor/make_reactor.h"

#include <fmt/format.h>
#include <sys/select.h>

#include <exception>
#include <optional>
#include <utility>

#include "common/address.h"
#include "reactor/diagnostics/diagnostics.h"
#include "reactor/epoll_poller.h"
#include "reactor/libevent_poller.h"
#include "reactor/libevent_resolver.h"
#include "reactor/poll_poller.h"
#include "reactor/select_poller.h"

namespace poetry {

namespace {

// select has one bit per descriptor, and FD_SETSIZE bits.
void refuseTooMany(std::size_t tasks) {
  constexpr std::size_t kOthers = 10;  // standard input, output and error, the waker's pipe, ...
  constexpr std::size_t kMost = FD_SETSIZE - kOthers;
  if (tasks <= kMost) return;
  throw UsageError(
      fmt::format("{} servers are too many: select can watch {} sockets here (FD_SETSIZE is {}); "
                  "--reactor libevent has no such limit",
                  tasks, kMost, FD_SETSIZE));
}

void check(const ReactorClientOptions& options, const std::string& name) {
  const bool forLibevent = !options.reactor.backend.empty() || !options.reactor.nameServer.empty();
  if (forLibevent) throw UsageError("--backend and --nameserver are for --reactor libevent");
  if (name == "select") refuseTooMany(options.addresses.size());
}

// "127.0.0.1:53", as libevent wants it, however the user wrote it; empty if it was not given.
std::string nameServer(const std::string& text) {
  if (text.empty()) return text;
  const std::optional<Endpoint> endpoint = numericEndpoint(parseAddress(text));
  if (!endpoint) throw UsageError("--nameserver takes a numeric address, not a name");
  if (endpoint->port() == 0) throw UsageError("--nameserver: nobody can be asked on port 0");
  return toString(*endpoint);
}

std::unique_ptr<Reactor> overLibevent(const ReactorOptions& options) {
  auto poller = std::make_unique<LibeventPoller>(options.backend);
  auto resolver = std::make_unique<LibeventResolver>(*poller, nameServer(options.nameServer));
  return std::make_unique<Reactor>(std::move(poller), std::move(resolver));
}

std::unique_ptr<Poller> makePoller(const std::string& name) {
  if (name == "select") return std::make_unique<SelectPoller>();
  if (name == "poll") return std::make_unique<PollPoller>();
#ifdef __linux__
  return std::make_unique<EpollPoller>();
#else
  throw UsageError("--reactor epoll: only Linux has it");
#endif
}

std::unique_ptr<Reactor> withDiagnostics(std::unique_ptr<Reactor> reactor) {
  reactor->addObserver(std::make_shared<Diagnostics>(*reactor));
  return reactor;
}

}  // namespace

void addReactorOptions(CommandLine& line, ReactorOptions& options) {
  line.add("--reactor", options.name, "The loop: select, poll, epoll or libevent")
      .showType("NAME")
      .oneOf({"select", "poll", "epoll", "libevent"});
  line.add("--backend", options.backend, "libevent's way to wait: epoll, poll, ...")
      .showType("NAME")
      .notEmpty();
  line.add("--nameserver", options.nameServer, "Where libevent looks names up")
      .showType("HOST:PORT")
      .notEmpty();
  line.addFlag("--no-warnings", options.warnings, "Do not warn of handlers that hold the loop",
               false);
}

std::unique_ptr<Reactor> makeReactor(const ReactorClientOptions& options, Default choice) {
  std::string name = options.reactor.name;
  if (name.empty()) name = choice == Default::kSelect ? "select" : "libevent";
  if (name != "libevent") check(options, name);
  try {
    auto reactor = name == "libevent" ? overLibevent(options.reactor)
                                      : std::make_unique<Reactor>(makePoller(name));
    return options.reactor.warnings ? withDiagnostics(std::move(reactor)) : std::move(reactor);
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {  // no such backend, no such address
    throw UsageError(error.what());
  }
}

std::unique_ptr<Reactor> makeReactor() {
  return withDiagnostics(overLibevent({}));
}

}  // namespace poetry
