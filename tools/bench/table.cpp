#include "table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace poetry {

using nlohmann::json;

std::string withCommas(long number) {
  if (number < 1000) return std::to_string(number);
  return fmt::format("{},{:03}", withCommas(number / 1000), number % 1000);
}

std::string measuredOn(const json& machine) {
  const auto word = [&](const char* key) { return machine.at(key).get<std::string>(); };
  return fmt::format("Measured on {}, {} cores, {}, with {}, {} build", word("processor"),
                     machine.at("cores").get<int>(), word("kernel"), word("compiler"),
                     word("build"));
}

std::string cell(const json& summary, int digits) {
  if (summary.is_null()) return "";
  return fmt::format("{:.{}f} ({:.{}f}–{:.{}f})", summary.at("median").get<double>(), digits,
                     summary.at("min").get<double>(), digits, summary.at("max").get<double>(),
                     digits);
}

namespace {

std::string row(const json& client) {
  const auto name = client.at("client").get<std::string>();
  if (client.contains("leftOut")) {
    return fmt::format("| {} | — {} | | | | |\n", name, client.at("leftOut").get<std::string>());
  }
  constexpr double kMebibyte = 1 << 20;
  return fmt::format("| {} | {} | {} | {} | {} | {:.1f} |\n", name,
                     cell(client.at("timeToSlowestServer"), 3), cell(client.at("timeToBare"), 3),
                     cell(client.at("cpuSeconds"), 3), cell(client.at("cpuToBare"), 3),
                     client.at("peakBytes").at("median").get<double>() / kMebibyte);
}

std::string caption(const json& workload) {
  const int chunks = workload.at("chunks").get<int>();
  const double delay = workload.at("delaySeconds").get<double>();
  return fmt::format("{} poems of {} bytes, each in {} chunks, {:g} s apart: {:g} s a poem.",
                     withCommas(workload.at("poems").get<long>()),
                     withCommas(workload.at("bytes").get<long>()), chunks, delay, chunks * delay);
}

std::string workloadTable(const json& workload) {
  std::string text =
      caption(workload) +
      "\n\n"
      "| client | time / slowest server's | time / bare's | CPU, s | CPU / bare's | peak, MiB |\n"
      "|---|---:|---:|---:|---:|---:|\n";
  for (const json& client : workload.at("clients")) text += row(client);
  return text + "\n";
}

std::string memoryTable(const json& memory) {
  if (memory.empty()) return "";
  std::string text = fmt::format(
      "Memory per open connection beside the poem's own bytes: the client's peak with all "
      "connections open, less its peak with {}, for each connection more, less the poem's size. "
      "The kernel's part of a connection is not in it.\n\n"
      "| client | connections | bytes, poem of {} | bytes, poem of {} |\n|---|---:|---:|---:|\n",
      memory[0].at("base").get<int>(), withCommas(memory[0].at("lightPoemBytes").get<long>()),
      withCommas(memory[0].at("poemBytes").get<long>()));
  for (const json& client : memory) {
    text += fmt::format("| {} | {} | {:.0f} | {:.0f} |\n", client.at("client").get<std::string>(),
                        withCommas(client.at("connections").get<long>()),
                        client.at("besideLightPoem").get<double>(),
                        client.at("besidePoem").get<double>());
  }
  return text;
}

std::string introduction(const json& results) {
  return fmt::format(
      "{}; the server runs on the same machine. "
      "Median "
      "of {} rounds (least–most). In each round the clients ran one after the other, and "
      "\"bare's\" "
      "is the figure of the bare epoll client in the same round. Time is from a client's start to "
      "its end; CPU is user and system. Connects that a full listen queue dropped: {}.\n\n"
      "Few poems come in many small chunks, so that waking up late would show. 10,000 poems last "
      "two seconds, since to connect them takes a good part of one, and all shall be under way at "
      "once.\n\n",
      measuredOn(results.at("machine")), results.at("rounds").get<int>(),
      results.at("droppedConnects").get<long>());
}

}  // namespace

std::string toMarkdown(const json& results) {
  std::string text = introduction(results);
  for (const json& workload : results.at("workloads")) text += workloadTable(workload);
  return text + memoryTable(results.at("memory"));
}

std::string text(const nlohmann::json& object, const char* key) {
  return object.at(key).get<std::string>();
}

}  // namespace poetry
