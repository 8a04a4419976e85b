// Puts the reactors under the conformance suites; the tests are in tests/conformance/. To put your
// own there too: one #include, and one line in the list.

#include <memory>
#include <utility>
#include <vector>

#include "reactor/epoll_poller.h"
#include "reactor/libevent_poller.h"
#include "reactor/libevent_resolver.h"
#include "reactor/poll_poller.h"
#include "reactor/select_poller.h"
#include "tests/conformance/reactor_conformance.h"
#include "tests/conformance/reactor_conformance_listening.h"

namespace poetry::testing {

// A reactor that waits by a poller of this type.
template <typename P, typename... Arguments>
auto over(Arguments... arguments) {
  return [=](Reactor::Log log) {
    return std::make_unique<Reactor>(std::make_unique<P>(arguments...), nullptr, std::move(log));
  };
}

// And one that asks libevent for names, too.
std::unique_ptr<Reactor> overLibevent(Reactor::Log log) {
  auto poller = std::make_unique<LibeventPoller>();
  auto resolver = std::make_unique<LibeventResolver>(*poller);
  return std::make_unique<Reactor>(std::move(poller), std::move(resolver), std::move(log));
}

const std::vector<ReactorUnderTest> kReactors = {
    {"Select", over<SelectPoller>()},
    {"Poll", over<PollPoller>()},
#ifdef __linux__
    {"Epoll", over<EpollPoller>()},
#endif
    {"LibeventOverPoll", over<LibeventPoller>("poll")},
    {"LibeventOverSelect", over<LibeventPoller>("select")},
    {"Libevent", overLibevent},
};

const auto kNameOfReactor = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorConformance, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);
INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorConnections, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);
INSTANTIATE_TEST_SUITE_P(Chapter05, ReactorListening, ::testing::ValuesIn(kReactors),
                         kNameOfReactor);

}  // namespace poetry::testing
