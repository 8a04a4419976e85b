// run-client PROGRAM ARGUMENT...: runs a program, and prints what the kernel says of it, as JSON.
//
// The kernel counts the memory that a process has between fork and exec as its program's. This one
// has little; Python has more than some that are measured.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

static double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int main(int, char** argv) {
  constexpr unsigned kPatience = 120;  // seconds, for whatever hangs
  const auto started = std::chrono::steady_clock::now();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(kPatience);  // outlives exec
    ::execv(argv[1], argv + 1);
    ::_exit(127);  // as in a shell
  }
  int status = 0;
  rusage usage{};
  if (::wait4(pid, &status, 0, &usage) < 0) return std::perror("run-client"), 1;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
  std::printf(R"({"exitCode":%d,"seconds":%.6f,"cpuSeconds":%.6f,"peakMiB":%f})",
              WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), taken.count(),
              seconds(usage.ru_utime) + seconds(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) / 1024);
}
