#include "server_contests.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/poem.h"
#include "common/syscall.h"
#include "poem_load.h"
#include "server_process.h"
#include "slow_load.h"
#include "table.h"

namespace poetry {

namespace {

using Command = std::vector<std::string>;

struct Contestant {
  std::string name;
  Command command;
  std::string skipped;  // why it can not take part; empty: it can
  Command origin = {};  // a server whose port is the command's last argument; empty: none
};

struct Contest {
  ContestResults results;  // without entries, before it has run
  std::vector<Contestant> contestants;
  std::function<Figures(const ServerProcess&)> measure;
};

// ---- Who takes part ----------------------------------------------------------------------------

const std::string kPoemPath = LAB_ROOT "/poetry/ecstasy.txt";
const std::string kServers = LAB_ROOT "/tools/bench/poem_servers/";
const std::string kYardstick = "raw epoll";
const std::string kSlowYardstick = "bare libevent";

std::string build() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
}

bool canBeRun(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

std::string chapter5(const std::string& program) {
  std::string path = build() + "/chapter05-server/" + program;
  if (!canBeRun(path)) throw std::runtime_error(path + " is not built");
  return path;
}

Contestant ours(const std::string& program, const Command& arguments) {
  Command command = {chapter5(program), "--quiet"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return {program, std::move(command), ""};
}

// One of the small programs in poem_servers/. `package` is what it is built from.
Contestant plain(const std::string& name, const std::string& program, const std::string& package,
                 const Command& arguments = {}) {
  const std::string path = build() + "/tools/bench/poem_servers/" + program;
  Command command = {path, kPoemPath};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return {name, std::move(command), canBeRun(path) ? "" : package + " is not installed"};
}

Contestant twisted() {
  const bool installed =
      std::system("/usr/bin/python3 -c 'import twisted.internet' 2>/dev/null") == 0;
  return {"Twisted, in Python",
          {"/usr/bin/python3", kServers + "twisted_server.py", kPoemPath},
          installed ? "" : "python3-twisted is not installed"};
}

Contestant node() {
  const std::string path = "/usr/bin/node";
  return {"Node",
          {path, kServers + "node_server.js", kPoemPath},
          canBeRun(path) ? "" : path + " is not installed"};
}

// It has fetched the poem when it is measured: the first burst has made it.
Contestant proxy() {
  Contestant proxy = ours("poetry-proxy", {});
  proxy.name += ", from its cache";
  proxy.origin = ours("fastpoetry", {kPoemPath}).command;
  return proxy;
}

// The yardstick is measured twice: how far it is from itself is how little the others' distance may
// mean.
std::vector<Contestant> poemServers() {
  return {plain(kYardstick, "raw-epoll", "epoll"),
          plain(kYardstick + ", again", "raw-epoll", "epoll"),
          ours("fastpoetry", {kPoemPath}),
          plain("bare libevent", "libevent", "libevent-dev"),
          plain("libevent's bufferevent", "bufferevent", "libevent-dev"),
          plain("libuv", "libuv", "libuv1-dev"),
          plain("Asio", "asio", "libasio-dev"),
          twisted(),
          node()};
}

// ---- What is measured --------------------------------------------------------------------------

using std::chrono::milliseconds;

struct Sizes {
  std::size_t burst;  // clients
  int warmUps;        // bursts that do not count
  int bursts;
  std::size_t poems;                     // of which the latency is taken, after as many others
  int latencyRounds;                     // for each round of the others
  std::vector<std::size_t> slowClients;  // at once
  milliseconds slowDelay;                // between two chunks
  milliseconds slowWindow;
  int slowRounds;  // they take long, so no more than these
};
const Sizes kSizes{
    1000, 3, 2, 200, 5, {1000, 10'000, 19'900}, milliseconds(100), milliseconds(3000), 5};
const Sizes kQuickSizes{50, 1, 1, 50, 1, {50}, milliseconds(20), milliseconds(200), 1};

const std::string& poem() {
  static const std::string poem = loadPoem(kPoemPath);
  return poem;
}

// Exchanges a second of the server's CPU time. The first bursts warm it up: whoever compiles what
// it runs needs some thousand clients for that.
double rateOf(const ServerProcess& server, const Exchange& exchange, const Sizes& sizes) {
  const std::size_t burst = burstOfAtMost(sizes.burst);
  for (int i = 0; i < sizes.warmUps; ++i) cpuSecondsOfBurst(server, burst, exchange);
  double seconds = 0;
  for (int i = 0; i < sizes.bursts; ++i) seconds += cpuSecondsOfBurst(server, burst, exchange);
  return static_cast<double>(burst) * sizes.bursts / seconds;
}

Contest poemContest(const Sizes& sizes, int rounds) {
  std::vector<Contestant> servers = poemServers();
  servers.insert(servers.begin() + 3, proxy());  // beside fastpoetry
  return {{"Poems, as fast as they go",
           fmt::format("A poem of {} bytes, and then the connection is closed. {} clients stood in "
                       "the backlog when the server was let go.",
                       withCommas(static_cast<long>(poem().size())),
                       withCommas(static_cast<long>(burstOfAtMost(sizes.burst)))),
           {{"poems a CPU second", 0}},
           kYardstick,
           rounds},
          std::move(servers),
          [sizes](const ServerProcess& server) {
            return Figures{rateOf(server, {"", poem()}, sizes)};
          }};
}

// One process of a server may be a quarter faster than the next one of the same server, for as long
// as it lives. So many short rounds tell more than few long ones.
Contest latencyContest(const Sizes& sizes, int rounds) {
  constexpr double kPerSecond = 2000;
  return {
      {fmt::format("A poem's latency at {} a second", withCommas(static_cast<long>(kPerSecond))),
       "From when a client was to connect until the connection was closed. The clients came at "
       "their times, however long others took.",
       {{"median, µs", 1}, {"99th of 100, µs", 1}},
       kYardstick,
       rounds * sizes.latencyRounds},
      poemServers(),
      [sizes](const ServerProcess& server) {
        latencyOf(server, poem(), sizes.poems, kPerSecond);
        const Latency latency = latencyOf(server, poem(), sizes.poems, kPerSecond);
        return Figures{latency.median, latency.ninetyNinth};
      }};
}

std::string netstring(const std::string& text) {
  return fmt::format("{}:{},", text.size(), text);
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// "cummingsify" makes capitals small, as far as ASCII goes.
std::string cummingsified(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

Contest transformContest(const Sizes& sizes, int rounds) {
  constexpr std::size_t kRequests = 10;  // of each client
  const Contestant only = ours("transformpoetry", {});
  return {{"Poems transformed",
           fmt::format("{} requests of each client for the same poem in small letters, and no "
                       "other server beside it: for the scale.",
                       kRequests),
           {{"requests a CPU second", 0}},
           only.name,
           rounds},
          {only},
          [sizes](const ServerProcess& server) {
            const Exchange exchange{repeated(netstring("cummingsify." + poem()), kRequests),
                                    repeated(netstring(cummingsified(poem())), kRequests)};
            return Figures{rateOf(server, exchange, sizes) * kRequests};
          }};
}

constexpr std::size_t kHelping = 10;  // bytes a chunk

std::vector<Contestant> slowServers(milliseconds delay) {
  const std::string seconds = fmt::format("{}", std::chrono::duration<double>(delay).count());
  const std::string bytes = std::to_string(kHelping);
  return {plain(kSlowYardstick, "slow-libevent", "libevent-dev", {seconds, bytes}),
          ours("slowpoetry", {"--delay", seconds, "--num-bytes", bytes, kPoemPath})};
}

// They come 10,000 a second, so that their chunks are due at all times.
SlowTimetable timetableFor(std::size_t clients, const Sizes& sizes) {
  return {.clients = clients,
          .helping = kHelping,
          .delay = sizes.slowDelay,
          .coming = std::chrono::microseconds(100) * static_cast<long>(clients),
          .settling = sizes.slowDelay * 5,
          .window = sizes.slowWindow};
}

Contest slowContest(std::size_t clients, const Sizes& sizes, int rounds) {
  return {{fmt::format("A slow poem for {} clients", withCommas(static_cast<long>(clients))),
           fmt::format("{} bytes to each every {:g} s, counted from its first. Both have the same "
                       "timetable and the same precise clock.",
                       kHelping, std::chrono::duration<double>(sizes.slowDelay).count()),
           {{"CPU a chunk, µs", 3},
            {"late, median, µs", 1},
            {"late, 99th of 100, µs", 1},
            {"of 100 due: in time", 3},
            {"bytes a connection", 0},
            {"had to wait for its core, % of the time", 1}},
           kSlowYardstick,
           std::min(rounds, sizes.slowRounds)},
          slowServers(sizes.slowDelay),
          [timetable = timetableFor(clients, sizes)](const ServerProcess& server) {
            const SlowFigures slow = measureSlowly(server, poem(), timetable);
            return Figures{slow.cpuPerChunk,        slow.median, slow.ninetyNinth, slow.inTime,
                           slow.bytesPerConnection, slow.waited};
          }};
}

// With as many clients as there are descriptors for.
std::vector<Contest> slowContests(const Sizes& sizes, int rounds) {
  constexpr std::size_t kOthers = 60;  // descriptors that are no client's
  const std::size_t most = raiseDescriptorLimit() - kOthers;
  std::vector<Contest> contests;
  for (const std::size_t clients : sizes.slowClients) {
    if (clients <= most) contests.push_back(slowContest(clients, sizes, rounds));
  }
  return contests;
}

// ---- Measuring ---------------------------------------------------------------------------------

Figures measure(const Contest& contest, const Contestant& contestant) {
  if (contestant.origin.empty()) return contest.measure(ServerProcess(contestant.command));
  const ServerProcess origin(contestant.origin);
  Command command = contestant.command;
  command.push_back(std::to_string(origin.port()));
  return contest.measure(ServerProcess(command));
}

ContestResults run(Contest contest) {
  ContestResults& results = contest.results;
  enter(results, contest.contestants);
  for (int round = 1; round <= results.rounds; ++round) {
    fmt::print(stderr, "{}, round {} of {}\n", results.contest, round, results.rounds);
    runOneRound(results, contest.contestants,
                [&](const Contestant& each) { return measure(contest, each); });
  }
  return std::move(results);
}

// ---- The aims ----------------------------------------------------------------------------------

Figures timesOf(const std::string& name, const ContestResults& contest) {
  return times(contest.of(name), contest.of(contest.yardstick));
}

std::vector<Aim> slowAims(const ContestResults& contest) {
  const std::string name = "slowpoetry";
  const std::string who = fmt::format("{}, {}: ", name, contest.contest);
  const Entry& entry = contest.of(name);
  return {atMost(1.05, who + "CPU a chunk, times bare libevent's", timesOf(name, contest)),
          atMost(200, who + "late, median, µs", entry.all(1)),
          atLeast(99.9, who + "of 100 due: in time", entry.all(3)),
          atMost(400, who + "bytes a connection", entry.all(4))};
}

}  // namespace

AllResults runServerContests(int rounds, bool quick) {
  const Sizes& sizes = quick ? kQuickSizes : kSizes;
  const ContestResults poems = run(poemContest(sizes, rounds));
  const ContestResults latency = run(latencyContest(sizes, rounds));
  AllResults all = {rounds,
                    {poems, latency, run(transformContest(sizes, rounds))},
                    {atLeast(0.95, "fastpoetry: poems a CPU second, times raw epoll's",
                             timesOf("fastpoetry", poems)),
                     atMost(1.05, "fastpoetry: median latency, times raw epoll's",
                            timesOf("fastpoetry", latency)),
                     atLeast(0.9, "poetry-proxy: poems a CPU second, times raw epoll's",
                             timesOf(proxy().name, poems))}};
  for (Contest& each : slowContests(sizes, rounds)) {
    all.contests.push_back(run(std::move(each)));
    for (Aim& aim : slowAims(all.contests.back())) all.aims.push_back(std::move(aim));
  }
  return all;
}

}  // namespace poetry
