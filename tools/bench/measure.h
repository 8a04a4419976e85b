#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace poetry {

// What the servers serve in one measurement: so many poems at once, each of `bytes` bytes in
// `chunks` pieces, `delay` seconds apart. Such a poem lasts chunks * delay seconds.
struct Workload {
  int poems;
  std::size_t bytes;
  int chunks;
  double delay;
};

// A program to measure.
struct Client {
  std::string name;                  // in the tables: "chapter02-select/get-poetry-poll"
  std::vector<std::string> command;  // its path and options; the addresses follow
  int most;                          // poems that it can be asked for
  std::string whyNoMore;             // the reason, where it is left out
};

// What came of one run of one client.
struct Sample {
  std::string failure;              // why the figures do not count; empty: they do
  int served = 0;                   // poems, to their ends
  double seconds = 0;               // from its start until it has ended
  double slowestServerSeconds = 0;  // the poem that took longest, as the server measured it
  double cpuSeconds = 0;            // user and system
  double serverCpuSeconds = 0;
  std::size_t peakBytes = 0;
  long droppedConnects = 0;  // by full listen queues, in the whole system meanwhile
};

// Starts a server (the program at `server`), has the client fetch all poems from it, and ends it
// again. A client that fails is a Sample that says so; for all else it throws std::runtime_error.
Sample measure(const Client& client, const Workload& workload, const std::string& server);

}  // namespace poetry
