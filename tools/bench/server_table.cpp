#include "server_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "table.h"

namespace poetry {

namespace {

using nlohmann::json;

std::string serverRow(const json& result, const json& figures) {
  std::string line = "| " + text(result, "contestant") + " |";
  if (result.contains("skipped")) {
    line += " skipped: " + text(result, "skipped") + " |";
    for (std::size_t i = 0; i < figures.size(); ++i) line += " |";
    return line + "\n";
  }
  for (std::size_t i = 0; i < figures.size(); ++i) {
    line += " " + cell(result.at("figures").at(i), figures.at(i).at("digits").get<int>()) + " |";
  }
  return line + " " + cell(result.at("times"), 3) + " |\n";
}

std::string serverContest(const json& contest) {
  const json& figures = contest.at("figures");
  std::string table = fmt::format("{}. {} Rounds: {}.\n\n| |", text(contest, "contest"),
                                  text(contest, "caption"), contest.at("rounds").get<int>());
  for (const json& figure : figures) table += " " + text(figure, "figure") + " |";
  table += fmt::format(" times {} |\n|---|", text(contest, "yardstick"));
  for (std::size_t i = 0; i < figures.size() + 1; ++i) table += "---:|";
  table += "\n";
  for (const json& result : contest.at("results")) table += serverRow(result, figures);
  return table + "\n";
}

std::string limitOf(const json& aim) {
  if (aim.contains("least")) return fmt::format("at least {:g}", aim.at("least").get<double>());
  return fmt::format("at most {:g}", aim.at("most").get<double>());
}

std::string serverAims(const json& aims) {
  std::string table =
      "What chapter 5's servers are to reach; the median counts.\n\n"
      "| aim | limit | measured | |\n|---|---:|---:|---|\n";
  for (const json& aim : aims) {
    table += fmt::format("| {} | {} | {} | {} |\n", text(aim, "aim"), limitOf(aim),
                         cell(aim.at("measured"), 3), aim.at("met").get<bool>() ? "met" : "missed");
  }
  return table;
}

}  // namespace

std::string serverTables(const json& results) {
  std::string tables = fmt::format(
      "{}. Medians (least–most). In each round the servers ran one after the other, "
      "each anew, and each is compared with the yardstick's run of the same round. The server had "
      "one core and the load another. CPU time is user and system.\n\n",
      measuredOn(results.at("machine")));
  for (const json& contest : results.at("contests")) tables += serverContest(contest);
  return tables + serverAims(results.at("aims"));
}

}  // namespace poetry
