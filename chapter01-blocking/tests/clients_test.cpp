// Puts this chapter's clients under the black-box suite, with what the chapter claims of each.

#include <vector>

#include "common/testing/client_suite.h"

namespace poetry::testing {

const std::vector<Client> kClients = {
    {.path = LAB_PROGRAMS "/get-poetry"},
    {.path = LAB_PROGRAMS "/get-poetry-threads", .fetchesAtOnce = true, .looksUpAtOnce = true},
};

INSTANTIATE_TEST_SUITE_P(Chapter01, GetPoetry, ::testing::ValuesIn(kClients), kNameOf);

}  // namespace poetry::testing
