#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "measure.h"

namespace poetry {

// What was measured of one client with one workload: a run a round, or none if it was left out.
struct Measured {
  Client client;
  std::vector<Sample> runs;
};

// All of one workload, with what follows from it: the ratios, and for everything the median, the
// least and the most. `bare` are the runs of the client that the others are held against, round by
// round; may be empty.
nlohmann::json toJson(const Workload& workload, const std::vector<Measured>& all,
                      const std::vector<Sample>& bare);

// What an earlier run has printed. Throws if that can not be read, or is no JSON.
nlohmann::json readResults(const std::string& path);

// How much memory a connection takes beside its poem's bytes: the peak of a run with many
// connections less that of a run with few, for each connection that the one had more.
double bytesPerConnection(double manyPeak, int many, double fewPeak, int few,
                          std::size_t poemBytes);

}  // namespace poetry
