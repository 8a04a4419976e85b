// list: many Deferreds as one. A DeferredList fires when all have, and tells what came of each.

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "deferred/deferred_list.h"

using poetry::Deferred;

int main() {
  const Deferred<std::string> a, b, c;
  poetry::DeferredList<std::string>({a, b, c}, {.consumeErrors = true})
      .addCallback([](const poetry::ListResult<std::string>& list) {
        for (const auto& result : list.results) {
          fmt::print("{}\n", result.failed() ? "error: " + result.failure().message()
                                             : "value: " + result.value());
        }
      });
  c.callback("the last one was the first");
  a.callback("the first one was the second");
  fmt::print("Two of three.\n");
  b.errback(std::runtime_error("the second one failed"));
}
