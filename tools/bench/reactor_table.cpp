#include "reactor_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;

std::string row(const json& result, std::size_t figures) {
  std::string line = "| " + text(result, "contestant") + " |";
  if (result.contains("skipped")) {
    line += " skipped: " + text(result, "skipped") + " |";
    for (std::size_t i = 0; i < figures + 1; ++i) line += " |";
    return line + "\n";
  }
  for (const json& figure : result.at("figures")) line += " " + cell(figure, 1) + " |";
  return line + " " + cell(result.at("above"), 1) + " | " + cell(result.at("times"), 2) + " |\n";
}

std::string contestTable(const json& contest) {
  const json& figures = contest.at("figures");
  const std::string yardstick = text(contest, "yardstick");
  std::string table =
      fmt::format("{}. {}\n\n| |", text(contest, "contest"), text(contest, "caption"));
  for (const json& figure : figures) table += " " + text(figure, "figure") + " |";
  table += fmt::format(" above {} | times {} |\n|---|", yardstick, yardstick);
  for (std::size_t i = 0; i < figures.size() + 2; ++i) table += "---:|";
  table += "\n";
  for (const json& result : contest.at("results")) table += row(result, figures.size());
  return table + "\n";
}

std::string aimTable(const json& aims) {
  std::string table =
      "What LibeventReactor is to reach; its median counts.\n\n"
      "| aim | at most | measured | |\n|---|---:|---:|---|\n";
  for (const json& aim : aims) {
    table +=
        fmt::format("| {} | {:g} | {} | {} |\n", text(aim, "aim"), aim.at("most").get<double>(),
                    cell(aim.at("measured"), 2), aim.at("met").get<bool>() ? "met" : "missed");
  }
  return table;
}

}  // namespace

std::string reactorTables(const json& results) {
  std::string tables = fmt::format(
      "{}. Median of {} rounds (least–most). In each round the loops ran one after the other in "
      "one process, and each is compared with the yardstick's run of the same round. Costs are CPU "
      "time, user and system.\n\n",
      measuredOn(results.at("machine")), results.at("rounds").get<int>());
  for (const json& contest : results.at("contests")) tables += contestTable(contest);
  return tables + aimTable(results.at("aims"));
}

}  // namespace poetry
