// stack: a callback prints who called it, and who called that: the reactor, which main called.

#include <cxxabi.h>
#include <execinfo.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "reactor/reactor.h"

// "poetry::Reactor::run()" of "stack(_ZN6poetry7Reactor3runEv+0x1c) [0x55...]".
std::string nameOf(const std::string& frame) {
  const std::size_t begin = frame.find('(') + 1;
  const std::string mangled = frame.substr(begin, frame.find('+', begin) - begin);
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, nullptr), std::free);
  return name ? name.get() : mangled;
}

void printStack() {
  std::array<void*, 32> frames;
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  const std::unique_ptr<char*, decltype(&std::free)> lines(
      ::backtrace_symbols(frames.data(), count), std::free);
  for (int i = 0; i < count; ++i) {
    const std::string name = nameOf(lines.get()[i]);
    if (!name.empty()) fmt::print("{}\n", name);
    if (name == "main") break;  // what comes after main is the C library
  }
}

int main() {
  poetry::Reactor reactor;
  reactor.callWhenRunning(printStack);
  reactor.callWhenRunning([&] { reactor.stop(); });
  reactor.run();
}
