#include "common/arguments.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace poetry {

namespace {

constexpr double kLongestTime = 86400;  // a day between two sends is slow enough

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

// The command line with what all programs share.
CommandLine makeLine(const Usages& usages, char** argv, ReportOptions& options) {
  options.program = lastTwoParts(argv[0]);
  const std::string name = options.program.substr(options.program.rfind('/') + 1);
  const auto found = usages.find(name);
  const Usage usage = found != usages.end() ? found->second : Usage{name, "", ""};  // renamed
  options.model = usage.model;
  CommandLine line(usage.purpose, "Example:\n" + withBin(usage.example, argv[0]));
  line.setName(name);
  line.setColumnWidth(24);
  line.addFlag("--quiet", options.quiet, "Print errors only (a server: its port too)");
  line.add("--record", options.record, "Write down what happens when, as JSON")
      .showType("FILE")
      .notEmpty();
  return line;
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

std::chrono::nanoseconds parseSeconds(const std::string& option, const std::string& text) {
  char* stop = nullptr;
  const double seconds = std::strtod(text.c_str(), &stop);
  // Written so that "nan", which strtod reads gladly, fails the test too.
  if (text.empty() || *stop != '\0' || !(seconds >= 0 && seconds <= kLongestTime)) {
    throw UsageError(
        fmt::format("{} takes seconds, 0 to {:.0f}, not '{}'", option, kLongestTime, text));
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::size_t parseCount(const std::string& option, const std::string& text) {
  std::size_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count == 0) {
    throw UsageError(fmt::format("{} takes a whole number from 1 up, not '{}'", option, text));
  }
  return count;
}

Address toAddress(const std::string& text) {
  return asUsage([&] { return parseAddress(text); });
}

// An option whose text `parse` turns into the value.
template <typename Value, typename Parse>
CommandLineOption addAs(CommandLine& line, const std::string& name, Value& value,
                        const Parse& parse, const std::string& meaning) {
  const auto take = [&value, parse](const std::string& text) { value = parse(text); };
  return line.addParsed(name, take, meaning);
}

// The same, of seconds that may be optional.
template <typename Value>
void addSecondsAs(CommandLine& line, const std::string& name, Value& value,
                  const std::string& meaning) {
  const auto parse = [name](const std::string& text) { return parseSeconds(name, text); };
  addAs(line, name, value, parse, meaning).showType("SECONDS").notEmpty();
}

}  // namespace

std::string fetchExample(const std::string& client, const std::string& arguments) {
  return fmt::format(
      "  {{bin}}/slowpoetry --port 10000 --quiet poetry/science.txt & sleep 1\n"
      "  {{bin}}/{} {}; kill $!",
      client, arguments);
}

CommandLine clientLine(const Usages& usages, char** argv, BasicClientOptions& options) {
  CommandLine line = makeLine(usages, argv, options);
  line.setMissing("which servers? Name at least one, as [host]:port");
  const auto take = [&options](const std::string& text) {
    options.addresses.push_back(toAddress(text));
  };
  line.addParsedMany("address", take, "Where the servers are: [host]:port, or [::1]:port")
      .showType("")
      .required();
  line.addFlag("--progress", options.progress, "On a terminal: live bars, not lines");
  line.add("--save", options.save, "Write the poems to DIR/poem-1.txt, ...")
      .showType("DIR")
      .notEmpty();
  return line;
}

CommandLine serverLine(const Usages& usages, char** argv, BasicServerOptions& options) {
  CommandLine line = makeLine(usages, argv, options);
  const auto parse = [](const std::string& text) {
    return asUsage([&] { return parsePort(text); });
  };
  addAs(line, "--port", options.port, parse, "Listen on this port (default: a free one)")
      .showType("PORT")
      .notEmpty();
  line.add("--iface", options.iface, "Listen on this address (default: loopback)")
      .showType("HOST")
      .notEmpty();
  return line;
}

void addPoem(CommandLine& line, BasicServerOptions& options) {
  line.setMissing("which poem? Name its file");
  line.add("poem", options.poem, "The file with the poem").showType("").required();
}

void addSlowness(CommandLine& line, BasicServerOptions& options) {
  addSeconds(line, "--delay", options.delay, "Pause after each send (default: 0.1)");
  addCount(line, "--num-bytes", options.bytesPerSend, "N",
           "Send so many bytes at a time (default: 10)");
}

void addSeconds(CommandLine& line, const std::string& name, std::chrono::nanoseconds& value,
                const std::string& meaning) {
  addSecondsAs(line, name, value, meaning);
}

void addSeconds(CommandLine& line, const std::string& name,
                std::optional<std::chrono::nanoseconds>& value, const std::string& meaning) {
  addSecondsAs(line, name, value, meaning);
}

void addCount(CommandLine& line, const std::string& name, std::size_t& value,
              const std::string& type, const std::string& meaning) {
  const auto parse = [name](const std::string& text) { return parseCount(name, text); };
  addAs(line, name, value, parse, meaning).showType(type).notEmpty();
}

void addAddress(CommandLine& line, const std::string& name, std::optional<Address>& value,
                const std::string& meaning) {
  addAs(line, name, value, toAddress, meaning).showType("HOST:PORT").notEmpty();
}

void addServerAddress(CommandLine& line, const std::string& name, Address& value,
                      const std::string& meaning) {
  addAs(line, name, value, toAddress, meaning).showType("").required();
}

}  // namespace poetry
