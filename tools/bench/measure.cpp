#include "measure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "common/syscall.h"
#include "process.h"

namespace poetry {

namespace {

constexpr int kPorts = 8;            // their listen queues together hold more than 10,000 connects
constexpr unsigned kPatience = 120;  // seconds, for whatever hangs

// A poem-server. It ends with its input, so it can not outlive us, however we end.
class Server {
 public:
  Server(const std::string& path, const Workload& workload)
      : process_({path, "--bytes", std::to_string(workload.bytes), "--chunks",
                  std::to_string(workload.chunks), "--delay", std::to_string(workload.delay),
                  "--ports", std::to_string(kPorts)},
                 {input_.read.get(), output_.write.get(), STDERR_FILENO}, kPatience) {
    input_.read.reset();
    output_.write.reset();
    ports_ = nextFigures().at("ports").get<std::vector<int>>();
  }

  // `count` addresses, spread evenly over the ports.
  std::vector<std::string> addresses(int count) const {
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      addresses.push_back(fmt::format("127.0.0.1:{}", ports_[i % ports_.size()]));
    }
    return addresses;
  }

  // Ends it. Returns what it has to say.
  nlohmann::json end() {
    input_.write.reset();
    nlohmann::json figures = nextFigures();
    process_.wait();
    return figures;
  }

 private:
  nlohmann::json nextFigures() {
    const std::string line = readLine(output_.read.get());
    if (line.empty()) throw std::runtime_error("the poem-server has failed");
    return nlohmann::json::parse(line);
  }

  Pipe input_ = makePipe();
  Pipe output_ = makePipe();
  Process process_;
  std::vector<int> ports_;
};

// How often a connect was dropped since the system was started because a listen queue was full.
// Its client then tries again, a second later; such a run is worth nothing.
long droppedConnects() {
  // A line with the names, and below it one with the numbers; both begin with "TcpExt:".
  std::ifstream file("/proc/net/netstat");
  std::string names, numbers;
  while (std::getline(file, names) && !names.starts_with("TcpExt:")) {
  }
  std::getline(file, numbers);
  std::istringstream eachName(names), eachNumber(numbers);
  for (std::string name, number; eachName >> name && eachNumber >> number;) {
    if (name == "ListenDrops") return std::stol(number);
  }
  return 0;
}

std::string firstLine(int file) {
  checked(::lseek(file, 0, SEEK_SET), "lseek");
  return readLine(file);
}

}  // namespace

Sample measure(const Client& client, const Workload& workload, const std::string& server) {
  using Clock = std::chrono::steady_clock;
  const UniqueFd nowhere(checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null"));
  // What the client complains of goes to memory: a pipe that nobody reads could make it wait.
  const UniqueFd errors(checked(::memfd_create("errors", MFD_CLOEXEC), "memfd_create"));
  const long droppedBefore = droppedConnects();

  Server poems(server, workload);
  std::vector<std::string> command = client.command;
  for (const std::string& address : poems.addresses(workload.poems)) command.push_back(address);
  const Clock::time_point started = Clock::now();
  Process process(command, {nowhere.get(), nowhere.get(), errors.get()}, kPatience);
  const Exit exit = process.wait();
  const std::chrono::duration<double> elapsed = Clock::now() - started;
  const nlohmann::json figures = poems.end();

  Sample run{.failure = "",
             .served = figures.at("served").get<int>(),
             .seconds = elapsed.count(),
             .slowestServerSeconds = figures.at("slowestSeconds").get<double>(),
             .cpuSeconds = exit.cpuSeconds,
             .serverCpuSeconds = figures.at("cpuSeconds").get<double>(),
             .peakBytes = exit.peakBytes,
             .droppedConnects = droppedConnects() - droppedBefore};
  if (exit.exitCode != 0 || run.served != workload.poems) {
    run.failure = fmt::format("{} of {} poems, exit code {}: {}", run.served, workload.poems,
                              exit.exitCode, firstLine(errors.get()));
  }
  return run;
}

}  // namespace poetry
