#pragma once

// What the files of the black-box suite share.

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/testing/client_suite.h"
#include "common/testing/name_server.h"
#include "common/testing/running_program.h"
#include "common/testing/saved_poems.h"
#include "common/testing/temporary_folder.h"

namespace poetry::testing {

constexpr std::chrono::milliseconds kNotYet{200};  // for what must not: a wrong program is quicker

inline const std::string kShortPoem = "Roses are red,\nviolets are blue.\n";

using Arguments = std::vector<std::string>;

// The command of a client of either kind.
template <typename AnyClient>
Arguments commandFor(const AnyClient& client, const Arguments& arguments) {
  Arguments command{client.path};
  command.insert(command.end(), client.options.begin(), client.options.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

// The command of the client that the running test is about.
inline Arguments commandFor(const Arguments& arguments) {
  return commandFor(GetPoetry::GetParam(), arguments);
}

inline Outcome runClient(const Arguments& arguments) {
  return run(commandFor(arguments));
}

// A world in which two-addresses.test and slow.test are known, and no-such-host.invalid is not: for
// programs that ask the system by a resolver that is preloaded (test_resolver.cpp), for those that
// ask a name server by one of our own. Lives as long as the client runs.
class KnownNames {
 public:
  KnownNames() {
    if (GetPoetry::GetParam().asksNameServer) nameServer_ = std::make_unique<NameServer>();
  }

  // The command of the client that the running test is about.
  Arguments commandFor(const Arguments& arguments) const {
    Arguments client = testing::commandFor(arguments);
    if (nameServer_) {
      client.insert(client.end(), {"--nameserver", toString(nameServer_->address())});
      return client;
    }
    // The second setting lets a program with the address sanitizer in it accept the first.
    Arguments command = {"/usr/bin/env", "LD_PRELOAD=" LAB_TEST_RESOLVER,
                         "ASAN_OPTIONS=verify_asan_link_order=0"};
    command.insert(command.end(), client.begin(), client.end());
    return command;
  }

 private:
  std::unique_ptr<NameServer> nameServer_;
};

}  // namespace poetry::testing
