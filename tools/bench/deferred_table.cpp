#include "deferred_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;

std::string chainRow(const json& result) {
  const std::string name = text(result, "contestant");
  if (result.contains("skipped")) {
    return fmt::format("| {} | skipped: {} | |\n", name, text(result, "skipped"));
  }
  const json& figures = result.at("figures");
  const std::string allocations =
      figures.size() < 2 ? "" : fmt::format("{:.1f}", figures[1].at("median").get<double>());
  return fmt::format("| {} | {} | {} |\n", name, cell(figures.at(0), 1), allocations);
}

std::string aim(const json& aim) {
  return fmt::format("| {} | {:g} | {:.1f} | {} |\n", text(aim, "aim"),
                     aim.at("most").get<double>(), aim.at("measured").at("median").get<double>(),
                     aim.at("met").get<bool>() ? "met" : "missed");
}

}  // namespace

std::string deferredTable(const json& results) {
  std::string table = fmt::format(
      "{}. Median of {} rounds (least–most). Chains of ten functions, built, fired and "
      "destroyed.\n\n"
      "| chain | ns a function | allocations a function |\n|---|---:|---:|\n",
      measuredOn(results.at("machine")), results.at("rounds").get<int>());
  for (const json& result : results.at("contests").at(0).at("results")) table += chainRow(result);
  table += "\n| aim | at most | measured | |\n|---|---:|---:|---|\n";
  for (const json& one : results.at("aims")) table += aim(one);
  return table;
}

}  // namespace poetry
