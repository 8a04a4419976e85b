#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace poetry {

constexpr int kLinks = 10;  // functions in a chain

// One way to call ten functions, one after the other.
struct Chain {
  std::string name;
  std::function<void(int times)> run;  // builds, fires and destroys so many
  std::string skipped = "";            // why it can not take part; empty: it can
};

// All that are made of C++ alone, Deferred's first.
std::vector<Chain> allChains();
Chain boostFuture();

// How often memory was allocated in this program until now.
std::size_t allocations();

// Memory that a Deferred takes which waits with one callback, in bytes.
double bytesPerPendingDeferred();

// Keeps the compiler from leaving out what makes `value`.
template <typename T>
void consume(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace poetry
