#include "common/arguments.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace poetry {

namespace {

constexpr double kLongestTime = 86400;  // a day between two sends is slow enough for anybody

// "chapter01-blocking/get-poetry" of "build/chapter01-blocking/get-poetry".
std::string lastTwoParts(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return path;
  const std::size_t before = path.rfind('/', slash - 1);
  return before == std::string::npos ? path : path.substr(before + 1);
}

// `text` with every {bin} replaced by the folder of argv[0].
std::string withBin(std::string text, const std::string& program) {
  constexpr std::string_view kBin = "{bin}";
  const std::size_t slash = program.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : program.substr(0, slash);
  for (std::size_t at = 0; (at = text.find(kBin, at)) != std::string::npos; at += folder.size()) {
    text.replace(at, kBin.size(), folder);
  }
  return text;
}

void addValue(CommandLine& line, const std::string& name, std::string& value,
              const std::string& type, const std::string& meaning) {
  line.add(name, value, meaning).showType(type).notEmpty();
}

// The command line with what all programs share.
CommandLine makeCommandLine(const Usage& usage, ReportOptions& options, char** argv) {
  options.program = lastTwoParts(argv[0]);
  options.model = usage.model;
  CommandLine line(usage.purpose, "Example:\n" + withBin(usage.example, argv[0]));
  line.setName(options.program.substr(options.program.rfind('/') + 1));
  line.setColumnWidth(24);
  line.addFlag("--quiet", options.quiet, "Print errors only (a server: its port too)");
  addValue(line, "--record", options.record, "FILE", "Write down what happens when, as JSON");
  return line;
}

void addReactorOptions(CommandLine& line, ReactorOptions& options) {
  line.add("--reactor", options.name, "The loop: select or libevent")
      .showType("NAME")
      .oneOf({"select", "libevent"});
  addValue(line, "--backend", options.backend, "NAME", "libevent's way to wait: epoll, poll, ...");
  addValue(line, "--nameserver", options.nameServer, "HOST:PORT", "Where libevent looks names up");
  line.addFlag("--no-warnings", options.warnings, "Do not warn of handlers that hold the loop",
               false);
}

void addCummingsify(CommandLine& line, std::string& outcome) {
  line.add("--cummingsify", outcome, "How it goes: works, gibberish or breaks (by chance)")
      .showType("HOW")
      .oneOf({"works", "gibberish", "breaks"});
}

void parse(CommandLine& line, int argc, char** argv, const char* whatIsMissing) {
  try {
    line.parse(argc, argv);
  } catch (const MissingArgument&) {
    throw UsageError(whatIsMissing);
  }
}

// Runs `read`, whose std::invalid_argument becomes a UsageError.
template <typename Read>
auto asUsage(Read read) {
  try {
    return read();
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

// `name` is the option's.
std::chrono::nanoseconds parseSeconds(const char* name, const std::string& text) {
  char* stop = nullptr;
  const double seconds = std::strtod(text.c_str(), &stop);
  // Written so that "nan", which strtod reads gladly, fails the test too.
  if (text.empty() || *stop != '\0' || !(seconds >= 0 && seconds <= kLongestTime)) {
    throw UsageError(
        fmt::format("{} takes seconds, 0 to {:.0f}, not '{}'", name, kLongestTime, text));
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

// `name` is the option's.
std::size_t parseCount(const char* name, const std::string& text) {
  std::size_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count == 0) {
    throw UsageError(fmt::format("{} takes a whole number from 1 up, not '{}'", name, text));
  }
  return count;
}

// What a proxy takes besides, as it is written.
struct ProxyArguments {
  std::string origin, ttl, timeout = "10";

  void addTo(CommandLine& line, bool expires) {
    line.add("origin", origin, "Where the poem comes from: [host]:port").showType("").required();
    if (expires)
      addValue(line, "--ttl", ttl, "SECONDS", "Ask for a new poem after so long (default: never)");
    addValue(line, "--timeout", timeout, "SECONDS", "The longest time for that (default: 10)");
  }

  void parseInto(ServerOptions& options) const {
    options.origin = asUsage([&] { return parseAddress(origin); });
    options.timeout = parseSeconds("--timeout", timeout);
    if (!ttl.empty()) options.ttl = parseSeconds("--ttl", ttl);
  }
};

}  // namespace

ClientOptions parseClientArguments(int argc, char** argv, const Usage& usage) {
  ClientOptions options;
  std::vector<std::string> addresses;
  CommandLine line = makeCommandLine(usage, options, argv);
  line.add("address", addresses, "Where the servers are: [host]:port, or [::1]:port")
      .showType("")
      .required();
  line.addFlag("--progress", options.progress, "On a terminal: live bars, not lines");
  addValue(line, "--save", options.save, "DIR", "Write the poems to DIR/poem-1.txt, ...");
  if (usage.choosesReactor) addReactorOptions(line, options.reactor);
  if (usage.cummingsifies) addCummingsify(line, options.cummingsify);
  std::string transformer, timeout = "0", limit;
  if (usage.asksTransformer) {
    addValue(line, "--transformer", transformer, "HOST:PORT", "Who transforms the poems");
  }
  if (usage.limitsTime) {
    addValue(line, "--timeout", timeout, "SECONDS", "The longest time for a poem (0: no limit)");
  }
  if (usage.limitsConnections) {
    addValue(line, "--limit", limit, "N", "Not more than so many at once (default: all)");
  }
  parse(line, argc, argv, "which servers? Name at least one, as [host]:port");

  options.timeout = parseSeconds("--timeout", timeout);
  if (!limit.empty()) options.limit = parseCount("--limit", limit);
  if (!transformer.empty()) {
    options.transformer = asUsage([&] { return parseAddress(transformer); });
  }
  options.addresses.reserve(addresses.size());
  for (const std::string& address : addresses) {
    options.addresses.push_back(asUsage([&] { return parseAddress(address); }));
  }
  return options;
}

ServerOptions parseServerArguments(int argc, char** argv, const Usage& usage) {
  ServerOptions options;
  std::string port = "0", delay = "0.1", bytes = "10", grace = "3";
  ProxyArguments proxy;
  options.iface = kLoopback;
  CommandLine line = makeCommandLine(usage, options, argv);
  addValue(line, "--port", port, "PORT", "Listen on this port (default: a free one)");
  addValue(line, "--iface", options.iface, "HOST", "Listen on this address (default: loopback)");
  if (usage.servesPoem) {
    line.add("poem", options.poem, "The file with the poem").showType("").required();
  }
  if (usage.servesPoem && usage.servesSlowly) {
    addValue(line, "--delay", delay, "SECONDS", "Pause after each send (default: 0.1)");
    addValue(line, "--num-bytes", bytes, "N", "Send so many bytes at a time (default: 10)");
  }
  if (usage.proxies) proxy.addTo(line, usage.expires);
  if (usage.stopsGracefully) {
    addValue(line, "--grace", grace, "SECONDS", "When stopped, let poems end (default: 3)");
  }
  parse(line, argc, argv,
        usage.proxies ? "whose poem? Name a server, as [host]:port" : "which poem? Name its file");

  options.port = asUsage([&] { return parsePort(port); });
  options.delay = parseSeconds("--delay", delay);
  options.bytesPerSend = parseCount("--num-bytes", bytes);
  options.grace = parseSeconds("--grace", grace);
  if (usage.proxies) proxy.parseInto(options);
  return options;
}

}  // namespace poetry
