// Puts this chapter's clients under the black-box suite, with what the chapter claims of each.

#include <vector>

#include "common/testing/client_suite.h"

namespace poetry::testing {

const std::vector<Client> kClients = {
    {.path = LAB_PROGRAMS "/get-poetry",
     .printsChunks = true,
     .hasLoop = true,
     .fetchesAtOnce = true},
    {.path = LAB_PROGRAMS "/get-poetry-poll",
     .printsChunks = true,
     .hasLoop = true,
     .fetchesAtOnce = true},
#ifdef __linux__
    {.path = LAB_PROGRAMS "/get-poetry-epoll",
     .printsChunks = true,
     .hasLoop = true,
     .fetchesAtOnce = true},
#endif
};

// select has room for FD_SETSIZE descriptors, and some are taken.
const CrowdClient kSelect = {.path = LAB_PROGRAMS "/get-poetry", .mostServers = 1016};

const std::vector<CrowdClient> kCrowdClients = {
    kSelect,
    {.path = LAB_PROGRAMS "/get-poetry-poll", .mostServers = 10'000},
#ifdef __linux__
    {.path = LAB_PROGRAMS "/get-poetry-epoll", .mostServers = 10'000},
#endif
};

INSTANTIATE_TEST_SUITE_P(Chapter02, GetPoetry, ::testing::ValuesIn(kClients), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter02, GetManyPoems, ::testing::ValuesIn(kCrowdClients), kNameOf);
INSTANTIATE_TEST_SUITE_P(Chapter02, GetTooManyPoems, ::testing::Values(kSelect), kNameOf);

}  // namespace poetry::testing
