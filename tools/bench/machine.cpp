#include "machine.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/syscall.h"

namespace poetry {

namespace {

// The processor's name, as /proc/cpuinfo has it for the first core: "model name : AMD EPYC".
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

std::string kernel() {
  utsname names{};
  checked(::uname(&names), "uname");
  return fmt::format("{} {} {}", names.sysname, names.release, names.machine);
}

std::string compiler() {
#ifdef __clang__
  return fmt::format("clang++ {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

nlohmann::json describeMachine() {
  return {{"processor", processor()},
          {"cores", ::sysconf(_SC_NPROCESSORS_ONLN)},
          {"kernel", kernel()},
          {"compiler", compiler()},
          {"build", LAB_BUILD}};
}

}  // namespace poetry
