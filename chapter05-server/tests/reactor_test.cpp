// Puts the reactors under the conformance suites; the tests are in tests/conformance/. To put your
// own there too: one #include, and one line in the list.

#include <memory>
#include <vector>

#include "reactor/libevent_reactor.h"
#include "reactor/select_reactor.h"
#include "tests/conformance/reactor_conformance.h"
#include "tests/conformance/reactor_conformance_listening.h"

namespace poetry::testing {

std::unique_ptr<Reactor> overLibevent(const std::string& backend) {
  return std::make_unique<LibeventReactor>(LibeventReactor::Options{backend, ""});
}

const std::vector<ReactorUnderTest> kReactors = {
    {"SelectReactor", [] { return std::make_unique<SelectReactor>(); }},
    {"LibeventOverPoll", [] { return overLibevent("poll"); }},
    {"LibeventOverSelect", [] { return overLibevent("select"); }},
#ifdef __linux__
    {"LibeventOverEpoll", [] { return overLibevent("epoll"); }},
#else
    {"LibeventOverKqueue", [] { return overLibevent("kqueue"); }},
#endif
};

const auto kNameOfReactor = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorConformance, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);
INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorConnections, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);
INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorListening, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);

}  // namespace poetry::testing
