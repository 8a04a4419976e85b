#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poetry::testing {

// What became of a world.
struct WorldOutcome {
  std::vector<std::string> complaints;  // rules that were broken; none, if all is well
  std::uint64_t events = 0;
  int poems = 0;   // that came whole
  int errors = 0;  // that came instead
};

// Lets a world run from its beginning to its end. In it are this chapter's servers, a proxy before
// one of them, and a few clients, good and bad; all by chance, and the chance by the seed. These
// are the rules:
//
// - Every client gets the whole poem, or an error; never a wrong byte, and never a part of a poem
//   that looks like a whole.
// - Every answer of the transform server is right, and in its place.
// - The proxy never has two fetches at a time, and none while its poem is fresh.
// - In the end no connection is open, and no timer left.
// - Every error of a Deferred was handled, and no handler has thrown into the loop.
//
// With `trace`, says on standard output what happens.
WorldOutcome runWorld(std::uint64_t seed, bool trace = false);

}  // namespace poetry::testing
