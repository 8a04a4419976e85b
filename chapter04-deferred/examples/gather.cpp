// gather: all values or one error. gatherResults takes a vector, or Deferreds of different types.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "deferred/deferred_list.h"

using poetry::Deferred;

int main() {
  const Deferred<int> one, two, three;
  const Deferred<std::string> name;
  poetry::gatherResults(std::vector{one, two}).addCallback([](const std::vector<int>& values) {
    fmt::print("both: {} and {}\n", values[0], values[1]);
  });
  poetry::gatherResults(name, one).addCallback([](const std::tuple<std::string, int>& values) {
    fmt::print("of two types: {} and {}\n", std::get<0>(values), std::get<1>(values));
  });
  poetry::gatherResults(std::vector{two, three}, true)  // true: the members' errors end here
      .addCallback([](const std::vector<int>&) { fmt::print("never printed\n"); })
      .addErrback([](const poetry::Failure& f) { fmt::print("or none: {}\n", f.message()); });
  two.callback(2);
  one.callback(1);
  name.callback("one");
  three.errback(std::runtime_error("three is missing"));
}
