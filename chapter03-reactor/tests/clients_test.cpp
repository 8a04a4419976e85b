// Puts this chapter's clients under the black-box suite, with what the chapter claims of each.

#include <string>
#include <vector>

#include "common/testing/client_suite.h"

namespace poetry::testing {

// No warnings: a test machine that is busy with other things may hold a handler up for a long time.
const std::string kNoWarnings = "--no-warnings";

// With libevent, a name server is asked; with select, a thread asks the system.
Client over(const std::string& reactor, const std::string& program) {
  return {.path = LAB_PROGRAMS "/" + program,
          .options = {"--reactor", reactor, kNoWarnings},
          .printsChunks = true,
          .hasLoop = true,
          .fetchesAtOnce = true,
          .looksUpAtOnce = true,
          .asksNameServer = reactor == "libevent",
          .stopsInOrder = true};
}

std::vector<Client> allClients() {
  std::vector<Client> clients;
  for (const char* program : {"get-poetry-1", "get-poetry-2", "get-poetry-3", "get-poetry"}) {
    for (const char* reactor : {"select", "libevent"}) clients.push_back(over(reactor, program));
  }
  return clients;
}

// select has room for FD_SETSIZE descriptors, and some are taken.
const std::vector<CrowdClient> kSelect = {
    {.path = LAB_PROGRAMS "/get-poetry-1", .options = {kNoWarnings}, .mostServers = 1014},
    {.path = LAB_PROGRAMS "/get-poetry",
     .options = {kNoWarnings, "--reactor", "select"},
     .mostServers = 1014},
};

const std::vector<CrowdClient> kLibevent = {
    {.path = LAB_PROGRAMS "/get-poetry-2", .options = {kNoWarnings}, .mostServers = 10'000},
    {.path = LAB_PROGRAMS "/get-poetry-3", .options = {kNoWarnings}, .mostServers = 10'000},
    {.path = LAB_PROGRAMS "/get-poetry", .options = {kNoWarnings}, .mostServers = 10'000},
    {.path = LAB_PROGRAMS "/get-poetry",
     .options = {kNoWarnings, "--backend", "poll"},
     .mostServers = 10'000},
};

INSTANTIATE_TEST_SUITE_P(Chapter03, GetPoetry, ::testing::ValuesIn(allClients()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter03Select, GetManyPoems, ::testing::ValuesIn(kSelect), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter03, GetManyPoems, ::testing::ValuesIn(kLibevent), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter03, GetTooManyPoems, ::testing::ValuesIn(kSelect), kNameOf);

}  // namespace poetry::testing
