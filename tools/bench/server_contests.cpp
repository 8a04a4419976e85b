#include "server_contests.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "machine.h"
#include "poem_load.h"
#include "server_process.h"
#include "summary.h"
#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;

using Figures = std::vector<double>;  // of one run
using Command = std::vector<std::string>;

struct Contestant {
  std::string name;
  Command command;
  std::string skipped;  // why it can not take part; empty: it can
  std::vector<Figures> runs = {};
};

struct Figure {
  std::string name;
  int digits;  // after the point, in a table
};

struct Contest {
  std::string name;
  std::string caption;
  std::vector<Figure> figures;          // the first is compared
  std::vector<Contestant> contestants;  // the first is the yardstick
  std::function<Figures(const Command&)> measure;
};

// ---- Who takes part ----------------------------------------------------------------------------

const std::string kPoemPath = LAB_ROOT "/poetry/ecstasy.txt";
const std::string kServers = LAB_ROOT "/tools/bench/poem_servers/";

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
Contestant plain(const std::string& name, const std::string& program, const std::string& package) {
  const std::string path = build() + "/tools/bench/poem_servers/" + program;
  const bool built = canBeRun(path);
  return {name, {path, kPoemPath}, built ? "" : package + " is not installed"};
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

std::vector<Contestant> poemServers() {
  return {plain("raw epoll", "raw-epoll", "epoll"),
          ours("fastpoetry", {kPoemPath}),
          plain("bare libevent", "libevent", "libevent-dev"),
          plain("libevent's bufferevent", "bufferevent", "libevent-dev"),
          plain("libuv", "libuv", "libuv1-dev"),
          plain("Asio", "asio", "libasio-dev"),
          twisted(),
          node()};
}

// ---- What is measured --------------------------------------------------------------------------

struct Sizes {
  std::size_t burst;  // clients
  int bursts;
  std::size_t poems;  // of which the latency is taken
};
constexpr Sizes kSizes{1000, 2, 500};
constexpr Sizes kQuickSizes{50, 1, 50};

std::string poem() {
  std::ifstream file(kPoemPath);
  if (!file) throw std::runtime_error("can not read " + kPoemPath);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Exchanges a second of the server's CPU time. The first burst warms it up.
double rateOf(const ServerProcess& server, const Exchange& exchange, const Sizes& sizes) {
  const std::size_t burst = burstOfAtMost(sizes.burst);
  cpuSecondsOfBurst(server, burst, exchange);
  double seconds = 0;
  for (int i = 0; i < sizes.bursts; ++i) seconds += cpuSecondsOfBurst(server, burst, exchange);
  return static_cast<double>(burst) * sizes.bursts / seconds;
}

Contest poemContest(const Sizes& sizes) {
  return {"Poems, as fast as they go",
          fmt::format("A poem of {} bytes, and then the connection is closed. {} clients stood in "
                      "the backlog when the server was let go.",
                      withCommas(static_cast<long>(poem().size())),
                      withCommas(static_cast<long>(burstOfAtMost(sizes.burst)))),
          {{"poems a CPU second", 0}},
          poemServers(),
          [sizes](const Command& command) {
            return Figures{rateOf(ServerProcess(command), {"", poem()}, sizes)};
          }};
}

Contest latencyContest(const Sizes& sizes) {
  constexpr double kPerSecond = 2000;
  return {fmt::format("A poem's latency at {} a second", withCommas(static_cast<long>(kPerSecond))),
          "From when a client was to connect until the connection was closed. The clients came at "
          "their times, however long others took.",
          {{"median, µs", 1}, {"99th of 100, µs", 1}},
          poemServers(),
          [sizes](const Command& command) {
            const Latency latency =
                latencyOf(ServerProcess(command), poem(), sizes.poems, kPerSecond);
            return Figures{latency.median, latency.ninetyNinth};
          }};
}

// ---- Measuring ---------------------------------------------------------------------------------

void runOneRound(Contest& contest) {
  for (Contestant& each : contest.contestants) {
    if (each.skipped.empty()) each.runs.push_back(contest.measure(each.command));
  }
}

void run(Contest& contest, int rounds) {
  for (int round = 1; round <= rounds; ++round) {
    fmt::print(stderr, "{}, round {} of {}\n", contest.name, round, rounds);
    runOneRound(contest);
  }
}

// ---- What follows from it ----------------------------------------------------------------------

std::vector<double> figureOf(const std::vector<Figures>& runs, std::size_t figure) {
  std::vector<double> values;
  for (const Figures& run : runs) values.push_back(run[figure]);
  return values;
}

// Of the first figures, round by round.
json times(const Contestant& contestant, const Contestant& yardstick) {
  std::vector<double> values = figureOf(contestant.runs, 0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] /= yardstick.runs[i][0];
  return summary(std::move(values));
}

json toJson(const Contestant& contestant, const Contest& contest) {
  if (!contestant.skipped.empty()) {
    return {{"contestant", contestant.name}, {"skipped", contestant.skipped}};
  }
  json figures = json::array();
  for (std::size_t i = 0; i < contest.figures.size(); ++i) {
    figures.push_back(summary(figureOf(contestant.runs, i)));
  }
  return {{"contestant", contestant.name},
          {"figures", std::move(figures)},
          {"times", times(contestant, contest.contestants.front())},
          {"runs", contestant.runs}};
}

json toJson(const Contest& contest) {
  json figures = json::array();
  for (const Figure& each : contest.figures) {
    figures.push_back({{"figure", each.name}, {"digits", each.digits}});
  }
  json results = json::array();
  for (const Contestant& each : contest.contestants) results.push_back(toJson(each, contest));
  return {{"contest", contest.name},
          {"caption", contest.caption},
          {"figures", std::move(figures)},
          {"yardstick", contest.contestants.front().name},
          {"results", std::move(results)}};
}

// ---- The aims ----------------------------------------------------------------------------------

json atLeast(double least, const std::string& what, const json& measured) {
  return {{"aim", what},
          {"least", least},
          {"measured", measured},
          {"met", measured.at("median").get<double>() >= least}};
}

json atMost(double most, const std::string& what, const json& measured) {
  return {{"aim", what},
          {"most", most},
          {"measured", measured},
          {"met", measured.at("median").get<double>() <= most}};
}

const Contestant& named(const std::string& name, const Contest& contest) {
  for (const Contestant& each : contest.contestants) {
    if (each.name == name) return each;
  }
  throw std::out_of_range(name);
}

json timesOf(const std::string& name, const Contest& contest) {
  return times(named(name, contest), contest.contestants.front());
}

}  // namespace

json runServerContests(int rounds, bool quick) {
  const Sizes& sizes = quick ? kQuickSizes : kSizes;
  Contest poems = poemContest(sizes);
  Contest latency = latencyContest(sizes);

  json contests = json::array();
  for (Contest* contest : {&poems, &latency}) {
    run(*contest, rounds);
    contests.push_back(toJson(*contest));
  }
  return {{"machine", describeMachine()},
          {"rounds", rounds},
          {"contests", std::move(contests)},
          {"aims",
           {atLeast(0.95, "fastpoetry: poems a CPU second, times raw epoll's",
                    timesOf("fastpoetry", poems)),
            atMost(1.05, "fastpoetry: median latency, times raw epoll's",
                   timesOf("fastpoetry", latency))}}};
}

}  // namespace poetry
