#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/command_line.h"

namespace poetry {

// What a program says of itself in --help.
struct Usage {
  std::string model;    // one word for how it waits, as tables and pictures name it: "select"
  std::string purpose;  // one sentence
  std::string example;  // shell commands that work as pasted in the top folder; {bin} in them
                        // stands for the folder that the program was started from
  bool choosesReactor = false;  // it offers --reactor and what goes with it (from chapter 3 on)

  // What a client of chapter 4 offers besides.
  bool cummingsifies = false;    // --cummingsify
  bool asksTransformer = false;  // --transformer
  bool limitsTime = false;       // --timeout

  // What a client of chapter 5 offers besides.
  bool limitsConnections = false;  // --limit

  bool servesPoem = true;    // a server: takes the poem
  bool servesSlowly = true;  // ... and how to send it

  // What a server of chapter 5 offers besides.
  bool stopsGracefully = false;  // --grace
  bool proxies = false;          // takes the address of the server behind it; and --timeout
  bool expires = false;          // --ttl
};

// What every program can be told about its output.
struct ReportOptions {
  std::string program;  // "chapter01-blocking/get-poetry": as started, the last two parts
  std::string model;    // see Usage
  bool quiet = false;   // --quiet: errors only
  std::string record;   // --record FILE; empty: no recording
};

// Which reactor a program is to use, and how.
struct ReactorOptions {
  std::string name;        // --reactor: "select" or "libevent"; empty: the program's own choice
  std::string backend;     // --backend, of libevent; empty: libevent's own choice
  std::string nameServer;  // --nameserver, for libevent; empty: what the system uses
  bool warnings = true;    // not --no-warnings
};

// The arguments of every get-poetry.
struct ClientOptions : ReportOptions {
  std::vector<Address> addresses;  // one a task, in the order given; never none
  bool progress = false;           // --progress
  std::string save;                // --save DIR; empty: the poems are not kept
  ReactorOptions reactor;
  std::string cummingsify;              // --cummingsify: "works", ...; empty: as chance has it
  std::optional<Address> transformer;   // --transformer
  std::chrono::nanoseconds timeout{0};  // --timeout, for each poem; 0: no limit
  std::size_t limit = 0;                // --limit: connections at once; 0: as many as there are
};

// The arguments of a server. Most servers send one poem, slowly.
struct ServerOptions : ReportOptions {
  std::string poem;                   // the file's path
  std::string iface;                  // --iface: the address to listen on
  std::uint16_t port = 0;             // --port; 0: the system picks a free one
  std::chrono::nanoseconds delay{0};  // --delay: the pause after each send
  std::size_t bytesPerSend = 0;       // --num-bytes
  std::chrono::nanoseconds grace{0};  // --grace: the time for poems under way when it is stopped

  // Of a proxy:
  Address origin;                               // where it gets its poem
  std::optional<std::chrono::nanoseconds> ttl;  // --ttl: how long a poem is fresh; none: for ever
  std::chrono::nanoseconds timeout{0};          // --timeout: the longest time for a fetch
};

// Read the command line. Both throw UsageError and HelpRequest, and open nothing.
ClientOptions parseClientArguments(int argc, char** argv, const Usage& usage);
ServerOptions parseServerArguments(int argc, char** argv, const Usage& usage);

}  // namespace poetry
