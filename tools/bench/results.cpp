#include "results.h"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "summary.h"

namespace poetry {

namespace {

using nlohmann::json;

json summarize(const std::vector<Sample>& runs,
               const std::function<double(const Sample&)>& figure) {
  std::vector<double> values;
  for (const Sample& run : runs) values.push_back(figure(run));
  return summary(std::move(values));
}

// The client's figure over the bare client's in the same round: what disturbs one run, another
// program for example, is likely to have disturbed its neighbour as well.
json compare(const std::vector<Sample>& runs, const std::vector<Sample>& bare,
             const std::function<double(const Sample&)>& figure) {
  if (bare.size() != runs.size()) return nullptr;
  std::vector<double> values;
  for (std::size_t i = 0; i < runs.size(); ++i) values.push_back(figure(runs[i]) / figure(bare[i]));
  return summary(std::move(values));
}

json toJson(const Sample& run) {
  return {{"served", run.served},
          {"seconds", run.seconds},
          {"slowestServerSeconds", run.slowestServerSeconds},
          {"cpuSeconds", run.cpuSeconds},
          {"serverCpuSeconds", run.serverCpuSeconds},
          {"peakBytes", run.peakBytes},
          {"droppedConnects", run.droppedConnects}};
}

// Why there is nothing to say of a client; empty if there is.
std::string whyLeftOut(const Measured& measured) {
  if (measured.runs.empty()) return measured.client.whyNoMore;
  for (const Sample& run : measured.runs) {
    if (!run.failure.empty()) return run.failure;
  }
  return "";
}

json toJson(const Measured& measured, const std::vector<Sample>& bare) {
  const std::string leftOut = whyLeftOut(measured);
  if (!leftOut.empty()) return {{"client", measured.client.name}, {"leftOut", leftOut}};

  const auto seconds = [](const Sample& run) { return run.seconds; };
  const auto cpu = [](const Sample& run) { return run.cpuSeconds; };
  const auto peak = [](const Sample& run) { return static_cast<double>(run.peakBytes); };
  const auto toServer = [](const Sample& run) { return run.seconds / run.slowestServerSeconds; };
  const std::vector<Sample>& runs = measured.runs;
  json result = {{"client", measured.client.name},
                 {"seconds", summarize(runs, seconds)},
                 {"timeToSlowestServer", summarize(runs, toServer)},
                 {"timeToBare", compare(runs, bare, seconds)},
                 {"cpuSeconds", summarize(runs, cpu)},
                 {"cpuToBare", compare(runs, bare, cpu)},
                 {"peakBytes", summarize(runs, peak)},
                 {"runs", json::array()}};
  for (const Sample& run : runs) result["runs"].push_back(toJson(run));
  return result;
}

}  // namespace

json toJson(const Workload& workload, const std::vector<Measured>& all,
            const std::vector<Sample>& bare) {
  json results = json::array();
  for (const Measured& measured : all) results.push_back(toJson(measured, bare));
  return {{"poems", workload.poems},
          {"bytes", workload.bytes},
          {"chunks", workload.chunks},
          {"delaySeconds", workload.delay},
          {"clients", results}};
}

json readResults(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("can not read " + path);
  return json::parse(file);
}

double bytesPerConnection(double manyPeak, int many, double fewPeak, int few,
                          std::size_t poemBytes) {
  return (manyPeak - fewPeak) / (many - few) - static_cast<double>(poemBytes);
}

}  // namespace poetry
