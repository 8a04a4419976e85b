#include "deferred_table.h"

#include <fmt/format.h>

#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;

std::string chainRow(const json& result) {
  const std::string name = text(result, "chain");
  if (result.contains("skipped")) {
    return fmt::format("| {} | skipped: {} | |\n", name, text(result, "skipped"));
  }
  const std::string allocations =
      result.contains("allocations") ? fmt::format("{:.1f}", result.at("allocations").get<double>())
                                     : "";
  return fmt::format("| {} | {} | {} |\n", name, cell(result.at("ns"), 1), allocations);
}

std::string aim(const json& aim) {
  return fmt::format("| {} | {:g} | {:.1f} | {} |\n", text(aim, "aim"),
                     aim.at("most").get<double>(), aim.at("measured").get<double>(),
                     aim.at("met").get<bool>() ? "met" : "missed");
}

}  // namespace

std::string deferredTable(const json& results) {
  std::string table = fmt::format(
      "{}. Median of {} rounds (least–most). Chains of ten functions, built, fired and "
      "destroyed.\n\n"
      "| chain | ns a function | allocations a function |\n|---|---:|---:|\n",
      measuredOn(results.at("machine")), results.at("rounds").get<int>());
  for (const json& result : results.at("chains")) table += chainRow(result);
  table += "\n| aim | at most | measured | |\n|---|---:|---:|---|\n";
  for (const json& one : results.at("aims")) table += aim(one);
  return table;
}

}  // namespace poetry
