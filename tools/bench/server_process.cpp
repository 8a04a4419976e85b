#include "server_process.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "common/syscall.h"

namespace poetry {

namespace {

constexpr unsigned kPatience = 120;  // seconds, for whatever hangs

std::vector<std::size_t> coresThatWeMayUse() {
  cpu_set_t set;
  checked(::sched_getaffinity(0, sizeof set, &set), "sched_getaffinity");
  std::vector<std::size_t> cores;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

void moveTo(std::size_t core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  checked(::sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

// While one of these is there we are on the server's core, and what we start is born there. Then we
// move to the load's.
class OnServersCore {
 public:
  OnServersCore() { moveTo(cores().back()); }
  ~OnServersCore() { moveTo(cores().front()); }
  OnServersCore(const OnServersCore&) = delete;
  OnServersCore& operator=(const OnServersCore&) = delete;

 private:
  static const std::vector<std::size_t>& cores() {
    static const std::vector<std::size_t> all = coresThatWeMayUse();  // before we moved
    return all;
  }
};

Process start(const std::vector<std::string>& command, const Streams& streams) {
  const OnServersCore here;
  return Process(command, streams, kPatience);
}

clockid_t cpuClockOf(pid_t pid) {
  clockid_t clock{};
  const int error = ::clock_getcpuclockid(pid, &clock);
  if (error != 0) throwErrno("clock_getcpuclockid", error);
  return clock;
}

// "Serving poetry/ecstasy.txt on port 10000." says 10000.
std::uint16_t lastNumberIn(const std::string& line) {
  const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t end = line.size();
  while (end > 0 && !isDigit(line[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && isDigit(line[begin - 1])) --begin;
  return static_cast<std::uint16_t>(std::stoul(line.substr(begin, end - begin)));
}

}  // namespace

ServerProcess::ServerProcess(const std::vector<std::string>& command)
    : process_(start(command, {input_.read.get(), output_.write.get(), STDERR_FILENO})),
      clock_(cpuClockOf(process_.pid())) {
  input_.read.reset();
  output_.write.reset();
  const std::string line = readLine(output_.read.get());
  if (line.empty()) throw std::runtime_error(command.front() + " has failed");
  port_ = lastNumberIn(line);
}

void ServerProcess::stop() const {
  checked(::kill(process_.pid(), SIGSTOP), "kill SIGSTOP");
  checked(::waitpid(process_.pid(), nullptr, WUNTRACED), "waitpid");
}

void ServerProcess::resume() const {
  checked(::kill(process_.pid(), SIGCONT), "kill SIGCONT");
}

void ServerProcess::waitUntilIdle() const {
  using namespace std::chrono;
  const auto deadline = steady_clock::now() + seconds(30);
  while (state() != 'S') {
    if (steady_clock::now() > deadline) throw std::runtime_error("a server does not come to rest");
    std::this_thread::sleep_for(microseconds(500));
  }
}

double ServerProcess::cpuSeconds() const {
  timespec time{};
  checked(::clock_gettime(clock_, &time), "clock_gettime");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// schedstat: nanoseconds on the core, nanoseconds in its queue, and how often.
double ServerProcess::waitedSeconds() const {
  std::ifstream file(proc("schedstat"));
  double ran = 0, waited = 0;
  file >> ran >> waited;
  return waited / 1e9;
}

std::size_t ServerProcess::residentBytes() const {
  std::ifstream file(proc("statm"));
  std::size_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string ServerProcess::proc(const char* file) const {
  return fmt::format("/proc/{}/{}", process_.pid(), file);
}

// R: it runs, or would if it had the core. S: it sleeps.
char ServerProcess::state() const {
  std::ifstream file(proc("stat"));
  std::string line;
  std::getline(file, line);
  const std::size_t name = line.rfind(") ");  // a name may have blanks
  if (name == std::string::npos) throw std::runtime_error("a server has ended");
  return line[name + 2];
}

}  // namespace poetry
