#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/command_line.h"

namespace poetry {

// What a program says about itself in --help.
struct Usage {
  std::string model;    // one word for how it waits, as tables and pictures name it: "select"
  std::string purpose;  // one sentence
  std::string example;  // shell commands that work as pasted in the top folder; {bin} in them
                        // stands for the folder that the program was started from
};

// Those of a chapter, by the names of its programs.
using Usages = std::map<std::string, Usage, std::less<>>;

// The example of a client: it fetches a poem from its chapter's slow server. `arguments` come last.
std::string fetchExample(const std::string& client, const std::string& arguments = "10000");

// ---- the options of every chapter's programs ---------------------------------------------------

// Of any program's output.
struct ReportOptions {
  std::string program;  // "chapter01-blocking/get-poetry": as started, the last two parts
  std::string model;    // see Usage
  bool quiet = false;   // --quiet: errors only
  std::string record;   // --record FILE; empty: no recording
};

// A get-poetry. A chapter's own ClientOptions are these, and what it adds.
struct BasicClientOptions : ReportOptions {
  std::vector<Address> addresses;  // one per task, in the order given; never none
  bool progress = false;           // --progress
  std::string save;                // --save DIR; empty: the poems are not kept
};

// A server. Most send one poem, slowly. A chapter's own ServerOptions are these, and what it adds.
struct BasicServerOptions : ReportOptions {
  std::string iface = kLoopback;  // --iface: the address to listen on
  std::uint16_t port = 0;         // --port; 0: the system picks a free one

  std::string poem;                             // the file's path
  std::chrono::nanoseconds delay{100'000'000};  // --delay: the pause after each send
  std::size_t bytesPerSend = 10;                // --num-bytes
};

// ---- declaring them ----------------------------------------------------------------------------

// The command line of the program that was started as argv[0]. Neither opens anything; the options
// are set when the line is parsed, and have to be there until then.
CommandLine clientLine(const Usages& usages, char** argv, BasicClientOptions& options);
CommandLine serverLine(const Usages& usages, char** argv, BasicServerOptions& options);

// What a server takes that sends a poem, and one that sends it slowly.
void addPoem(CommandLine& line, BasicServerOptions& options);
void addSlowness(CommandLine& line, BasicServerOptions& options);

// Options whose values are written differently from how they are kept. A wrong value becomes a
// UsageError that names the option.
void addSeconds(CommandLine& line, const std::string& name, std::chrono::nanoseconds& value,
                const std::string& meaning);
void addSeconds(CommandLine& line, const std::string& name,
                std::optional<std::chrono::nanoseconds>& value, const std::string& meaning);
void addCount(CommandLine& line, const std::string& name, std::size_t& value,
              const std::string& type, const std::string& meaning);  // from 1 up
void addAddress(CommandLine& line, const std::string& name, std::optional<Address>& value,
                const std::string& meaning);
void addServerAddress(CommandLine& line, const std::string& name, Address& value,
                      const std::string& meaning);  // an argument by itself, required

}  // namespace poetry
