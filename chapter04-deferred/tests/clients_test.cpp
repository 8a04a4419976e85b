// Puts this chapter's clients under the black-box suite, with what the chapter claims of each.

#include <string>
#include <vector>

#include "common/testing/client_suite.h"

namespace poetry::testing {

// No warnings: a test machine that is busy with other things may hold a handler up for a long time.
const std::string kNoWarnings = "--no-warnings";

// With libevent, a name server is asked; with select, a thread asks the system.
Client over(const std::string& reactor, const std::string& program,
            const std::vector<std::string>& options = {}) {
  Client client = {.path = LAB_PROGRAMS "/" + program,
                   .options = {"--reactor", reactor, kNoWarnings},
                   .printsChunks = true,
                   .hasLoop = true,
                   .fetchesAtOnce = true,
                   .looksUpAtOnce = true,
                   .asksNameServer = reactor == "libevent",
                   .stopsInOrder = true};
  client.options.insert(client.options.end(), options.begin(), options.end());
  return client;
}

std::vector<Client> allClients() {
  Client five = over("libevent", "get-poetry-5");
  five.cancelsOnCtrlC = true;
  return {over("libevent", "get-poetry-1"),
          // Any outcome that leaves the poem as it is.
          over("libevent", "get-poetry-2", {"--cummingsify", "breaks"}),
          over("libevent", "get-poetry-3"), over("libevent", "get-poetry-4"), five,
          over("libevent", "get-poetry"), over("select", "get-poetry")};
}

const std::vector<CrowdClient> kMany = {
    {.path = LAB_PROGRAMS "/get-poetry-1", .options = {kNoWarnings}, .mostServers = 10'000},
    {.path = LAB_PROGRAMS "/get-poetry-4", .options = {kNoWarnings}, .mostServers = 10'000},
    {.path = LAB_PROGRAMS "/get-poetry", .options = {kNoWarnings}, .mostServers = 10'000},
};

INSTANTIATE_TEST_SUITE_P(Chapter04, GetPoetry, ::testing::ValuesIn(allClients()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter04, GetManyPoems, ::testing::ValuesIn(kMany), kNameOf);

}  // namespace poetry::testing
