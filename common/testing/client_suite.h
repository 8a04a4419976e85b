#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace poetry::testing {

// One get-poetry program and what its chapter claims of it. The black-box suite in
// client_suite*.cpp runs it against scripted servers. A claim that is not made is tested too: the
// suite proves that the program cannot do it.
struct Client {
  std::string path;                       // of the program
  std::vector<std::string> options = {};  // to run it with
  bool printsChunks = false;    // a line per chunk, as chapter 2 does, or else a line per poem
  bool hasLoop = false;         // a loop drives the tasks, and has a lane in the recordings
  bool fetchesAtOnce = false;   // all poems at the same time, or else one after the other
  bool looksUpAtOnce = false;   // a name that is found slowly delays no other task
  bool asksNameServer = false;  // --nameserver, not the system's resolver, finds its names
  bool stopsInOrder = false;    // on a signal: says what it leaves undone, and sums up
  bool cancelsOnCtrlC = false;  // on SIGINT: cancels what is under way, and ends by itself
};

// A claim about a crowd: this many servers at once.
struct CrowdClient {
  std::string path;
  std::vector<std::string> options = {};
  std::size_t mostServers = 0;
};

std::ostream& operator<<(std::ostream& out, const Client& client);
std::ostream& operator<<(std::ostream& out, const CrowdClient& client);

// Names a test after its program and what it is run with.
std::string nameOfProgram(const std::string& path, const std::vector<std::string>& options);
inline const auto kNameOf = [](const auto& info) {
  return nameOfProgram(info.param.path, info.param.options);
};

// The suites. A chapter puts its clients under them by INSTANTIATE_TEST_SUITE_P(…, kNameOf) and
// links lab_client_suite: every client under the first; under the second those that fetch from
// thousands; under the third those that refuse to (one more server than mostServers).
class GetPoetry : public ::testing::TestWithParam<Client> {};
class GetManyPoems : public ::testing::TestWithParam<CrowdClient> {};
class GetTooManyPoems : public ::testing::TestWithParam<CrowdClient> {};

}  // namespace poetry::testing
