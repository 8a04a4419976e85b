// bench-clients: how close the lab's clients come to the ideal, the time of the slowest server.
//
//   build/tools/bench/bench-clients > build/bench.json               measures, in about 3 minutes
//   build/tools/bench/bench-clients --table --from build/bench.json  the same figures as Markdown
//
// It runs every client with 3, 100, 1,000 and 10,000 poems against a server of its own (see
// poem-server.cpp) and prints what that took: time, CPU, memory, as JSON. A machine is never quite
// quiet, so what counts are ratios: to the server's own time, which the server measures, and to a
// client that does nothing but the necessary (see bare-epoll-client.cpp), which runs in turn with
// the others.
//
// How it fails: a client that fails is left out, and the results say why. Anything else (a program
// that is not there, a server that breaks) ends it, exit code 1; wrong arguments: 2.
// How it stops: after the last round, or by a signal. Its server ends when it does, however that
// came about; and a client ends when its server has.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "machine.h"
#include "measure.h"
#include "results.h"
#include "run_tool.h"
#include "table.h"

namespace poetry {

using nlohmann::json;

struct Options {
  int rounds = 5;
  bool quick = false;
  bool table = false;
  std::string from;
  std::string build;  // where the programs are: `build`/chapter02-select/get-poetry, ...
  std::vector<std::string> clients;
  std::vector<int> poems = {3, 100, 1000, 10000};
};

const std::string kBare = "bare-epoll-client";

// ---- What is measured --------------------------------------------------------------------------

// All clients, the bare one first.
std::vector<Client> allClients(const std::string& build) {
  const std::string sum = "one poem after the other would take the sum of all";
  const std::string setSize = "select can not watch so many sockets (FD_SETSIZE)";
  std::vector<Client> clients = {{kBare, {build + "/tools/bench/" + kBare}, INT_MAX, ""}};
  const auto add = [&](const std::string& name, int most, const std::string& whyNoMore) {
    clients.push_back({name, {build + "/" + name, "--quiet"}, most, whyNoMore});
  };
  add("chapter01-blocking/get-poetry", 10, sum);
  add("chapter01-blocking/get-poetry-threads", INT_MAX, "");
  add("chapter02-select/get-poetry", 1000, setSize);
  add("chapter02-select/get-poetry-poll", INT_MAX, "");
  add("chapter02-select/get-poetry-epoll", INT_MAX, "");
  add("chapter03-reactor/get-poetry-2", INT_MAX, "");
  add("chapter03-reactor/get-poetry", INT_MAX, "");
  add("chapter03-reactor/get-poetry", 1000, setSize);
  clients.back().name += ", select";
  clients.back().command.insert(clients.back().command.end(), {"--reactor", "select"});
  return clients;
}

// A poem has 3,000 bytes, as the lab's own have, and lasts a second. With few poems it comes in
// many small chunks, so that waking up late would show. With 10,000 it lasts two: merely to connect
// them takes a good part of a second, and all are to be under way at once; and 50,000 chunks in a
// second are what client and server together can still handle on a small machine without being
// late, so that it is the waiting that is measured and not the machine's end.
Workload workloadFor(int poems, bool quick) {
  constexpr std::size_t kBytes = 3000;
  if (quick) return {poems, kBytes, 10, 0.02};
  if (poems <= 10) return {poems, kBytes, 100, 0.01};
  if (poems <= 1000) return {poems, kBytes, 10, 0.1};
  return {poems, kBytes, 10, 0.2};
}

// ---- Measuring ---------------------------------------------------------------------------------

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), server_(options.build + "/tools/bench/poem-server") {
    for (const Client& client : allClients(options.build)) {
      if (isWanted(client.name)) clients_.push_back(client);
    }
    for (const Client& client : clients_) requireProgram(client.command.front());
    requireProgram(server_);
  }

  json run() {
    json workloads = json::array();
    for (const int poems : options_.poems) workloads.push_back(measureAll(poems));
    json memory = measureMemory(workloads);
    return {{"machine", describeMachine()},
            {"rounds", options_.rounds},
            {"workloads", std::move(workloads)},
            {"memory", std::move(memory)},
            {"droppedConnects", droppedConnects_}};
  }

 private:
  bool isWanted(const std::string& name) const {
    const auto& wanted = options_.clients;
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  }

  static void requireProgram(const std::string& path) {
    if (::access(path.c_str(), X_OK) < 0) throw std::runtime_error(path + " is not built");
  }

  // All clients with one number of poems, in rounds: bare, poll, epoll, bare, poll, epoll, ...
  json measureAll(int poems) {
    const Workload workload = workloadFor(poems, options_.quick);
    std::vector<Measured> all;
    for (const Client& client : clients_) all.push_back({client, {}});
    for (int round = 1; round <= options_.rounds; ++round) {
      fmt::print(stderr, "{} poems, round {} of {}\n", poems, round, options_.rounds);
      for (Measured& each : all) {
        if (canTakePart(each, poems)) each.runs.push_back(measureOne(each.client, workload));
      }
    }
    const bool bareRan = clients_.front().name == kBare;
    return toJson(workload, all, bareRan ? all.front().runs : std::vector<Sample>());
  }

  // Whoever has failed once is not asked again.
  static bool canTakePart(const Measured& measured, int poems) {
    const bool hasFailed = !measured.runs.empty() && !measured.runs.back().failure.empty();
    return poems <= measured.client.most && !hasFailed;
  }

  Sample measureOne(const Client& client, const Workload& workload) {
    Sample run = measure(client, workload, server_);
    droppedConnects_ += run.droppedConnects;
    fmt::print(stderr,
               "  {:38} {:6.3f} s, {:.3f} of the slowest server's {:.3f} s; CPU {:.3f} s {}\n",
               client.name, run.seconds, run.seconds / run.slowestServerSeconds,
               run.slowestServerSeconds, run.cpuSeconds, run.failure);
    return run;
  }

  struct Peak {
    int poems;
    std::size_t poemBytes;
    double bytes;  // of all memory
  };

  // A client's peaks, in the order of the workloads.
  static std::vector<Peak> peaksOf(std::size_t client, const json& workloads) {
    std::vector<Peak> peaks;
    for (const json& workload : workloads) {
      const json& result = workload.at("clients").at(client);
      if (result.contains("leftOut")) continue;
      peaks.push_back({workload.at("poems").get<int>(), workload.at("bytes").get<std::size_t>(),
                       result.at("peakBytes").at("median").get<double>()});
    }
    return peaks;
  }

  // Each client's memory for a connection, if it had many: a page more or less, here or there,
  // would spoil the figure for a few.
  json measureMemory(const json& workloads) {
    constexpr int kMany = 1000;
    json memory = json::array();
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      const std::vector<Peak> peaks = peaksOf(i, workloads);
      if (peaks.size() < 2 || peaks.back().poems < kMany) continue;
      memory.push_back(memoryOf(clients_[i], peaks.front(), peaks.back()));
    }
    return memory;
  }

  // From its peaks with the fewest poems and with the most that it could take, and from one run
  // more with as many poems that hardly weigh anything.
  json memoryOf(const Client& client, const Peak& few, const Peak& many) {
    constexpr std::size_t kLight = 100;
    // One chunk, and then silence until all are connected.
    const Sample light = measureOne(client, {many.poems, kLight, 1, 1.0});
    const auto perConnection = [&](double peak, std::size_t poemBytes) {
      return bytesPerConnection(peak, many.poems, few.bytes, few.poems, poemBytes);
    };
    return {{"client", client.name},
            {"base", few.poems},
            {"connections", many.poems},
            {"lightPoemBytes", kLight},
            {"besideLightPoem", perConnection(static_cast<double>(light.peakBytes), kLight)},
            {"poemBytes", many.poemBytes},
            {"besidePoem", perConnection(many.bytes, many.poemBytes)}};
  }

  const Options& options_;
  std::string server_;
  std::vector<Client> clients_;
  long droppedConnects_ = 0;
};

// ---- The command line --------------------------------------------------------------------------

std::string buildFolder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
}

CommandLine commandLineFor(Options& options) {
  std::vector<std::string> names;
  for (const Client& client : allClients("")) names.push_back(client.name);
  CommandLine line("Measures the lab's clients against their slowest server; prints JSON.",
                   "Example:\n"
                   "  build/tools/bench/bench-clients > build/bench.json\n"
                   "  build/tools/bench/bench-clients --table --from build/bench.json");
  line.add("--rounds", options.rounds, "Runs of every client").positive().showDefault();
  line.add("--poems", options.poems, "How many at once, in rising order")
      .between(1, 10000)
      .showDefault();
  line.add("--clients", options.clients, "Only these").oneOf(names);
  line.addFlag("--quick", options.quick, "A few seconds, to see that all works: no figures");
  line.addFlag("--table", options.table, "Print Markdown, not JSON");
  line.add("--from", options.from, "Measure nothing: read the JSON of an earlier run")
      .showType("FILE");
  line.add("--build", options.build, "Where the lab was built").showDefault().showType("DIR");
  return line;
}

void run(Options options) {
  if (options.quick) {
    options.rounds = 1;
    options.poems = {3, 30};
  }
  const json results = options.from.empty() ? Bench(options).run() : readResults(options.from);
  printResults(options.table ? toMarkdown(results) : results.dump(2));
}

int runMain(int argc, char** argv) {
  Options options;
  options.build = buildFolder();
  CommandLine line = commandLineFor(options);
  return runTool("bench-clients", line, argc, argv, [&] { run(options); });
}

}  // namespace poetry

int main(int argc, char** argv) {
  return poetry::runMain(argc, argv);
}
