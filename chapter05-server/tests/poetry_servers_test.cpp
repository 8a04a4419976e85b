// Runs the real slowpoetry and fastpoetry, and is their clients.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "common/poem.h"
#include "common/testing/recorded.h"
#include "common/testing/saved_poems.h"
#include "common/testing/temporary_folder.h"
#include "tests/support/server_program.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

const std::string kPoemFile = LAB_ROOT "/poetry/science.txt";

double secondsSince(std::chrono::steady_clock::time_point start) {
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

// ---- slowpoetry --------------------------------------------------------------------------------

TEST(SlowpoetryForAll, PrintsTheLinesOfChapterOne) {
  ServerProgram server("slowpoetry", {"--delay", "0", "--num-bytes", "200", kPoemFile});
  const Address address = server.address();
  EXPECT_EQ(ClientSocket(address).readToTheEnd(), loadPoem(kPoemFile));
  const auto lines = linesOf(server.stop().out);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], fmt::format("Serving {} on port {}.", kPoemFile, address.port));
  EXPECT_TRUE(matches(lines[1], R"(Somebody at 127\.0\.0\.1:[0-9]+ wants poetry!)"));
  EXPECT_EQ(lines[2], "Sending 200 bytes");
  EXPECT_EQ(lines[5], "Sending 53 bytes");
}

TEST(SlowpoetryForAll, PrintsItsPortAndNothingElseWhenQuiet) {
  ServerProgram server("slowpoetry", {"--quiet", "--delay", "0", kPoemFile});
  EXPECT_EQ(ClientSocket(server.address()).readToTheEnd().size(), 653u);
  EXPECT_EQ(linesOf(server.stop().out).size(), 1u);
}

// In chapter 1 the second client waits until the first has its poem.
TEST(SlowpoetryForAll, ServesTheSecondClientWhileTheFirstOneWaits) {
  ServerProgram server("slowpoetry", {"--delay", "3600", "--grace", "0", kPoemFile});
  const ClientSocket first(server.address());
  EXPECT_EQ(first.read(10).size(), 10u);
  const ClientSocket second(server.address());
  EXPECT_EQ(second.read(10).size(), 10u);
}

TEST(SlowpoetryForAll, ServesAThousandClientsInTheTimeOfOne) {
  ServerProgram server("slowpoetry",
                       {"--quiet", "--delay", "0.05", "--num-bytes", "100", kPoemFile});
  const auto start = std::chrono::steady_clock::now();
  std::vector<ClientSocket> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(server.address());
  const std::string poem = loadPoem(kPoemFile);
  const auto whole = std::count_if(clients.begin(), clients.end(), [&](const ClientSocket& client) {
    return client.readToTheEnd() == poem;
  });
  EXPECT_EQ(whole, 1000);
  EXPECT_GE(secondsSince(start), 7 * 0.05);
  EXPECT_LT(secondsSince(start), 20) << "one after the other takes 350 s";
}

// Each of 100 chunks a little late makes a poem that is very late, unless there is a timetable.
TEST(SlowpoetryForAll, DoesNotLetLatenessAddUp) {
  ServerProgram server("slowpoetry", {"--delay", "0.01", "--num-bytes", "7", kPoemFile});
  const ClientSocket client(server.address());
  client.read(7);
  const auto start = std::chrono::steady_clock::now();
  server.signal(SIGSTOP);  // for the time of some 30 chunks
  std::this_thread::sleep_for(300ms);
  server.signal(SIGCONT);
  client.readToTheEnd();
  EXPECT_LT(secondsSince(start), 94 * 0.01 + 0.2) << "and not 0.3 s more";
}

TEST(SlowpoetryForAll, GoesOnForTheOthersWhenOneVanishes) {
  ServerProgram server("slowpoetry", {"--delay", "0.005", "--num-bytes", "100", kPoemFile});
  ClientSocket resets(server.address()), closes(server.address());
  const ClientSocket stays(server.address());
  resets.read(10);
  resets.reset();
  closes.read(10);
  closes.close();
  EXPECT_EQ(stays.readToTheEnd(), loadPoem(kPoemFile));
  const Outcome outcome = server.stop();
  EXPECT_EQ(outcome.exitCode, 0);
  int left = 0;
  for (const std::string& line : linesOf(outcome.out)) {
    left += matches(line,
                    "Somebody left before the end: send to 127.0.0.1:.*: "
                    "(Connection reset by peer|Broken pipe)");
  }
  EXPECT_EQ(left, 2) << outcome.out;
}

TEST(SlowpoetryForAll, RecordsALaneForEveryClient) {
  const TemporaryFolder folder;
  ServerProgram server("slowpoetry", {"--delay", "0.001", "--num-bytes", "300", "--record",
                                      folder / "record.json", kPoemFile});
  const ClientSocket one(server.address()), two(server.address());
  one.readToTheEnd();
  two.readToTheEnd();
  server.stop();
  std::map<int, std::size_t> sent;
  for (const RecordedEvent& event : readRecording(folder / "record.json").events) {
    if (event.name == "done") sent[event.lane] = event.bytes;
  }
  EXPECT_EQ(sent, (std::map<int, std::size_t>{{1, 653}, {2, 653}}));
}

// ---- fastpoetry --------------------------------------------------------------------------------

TEST(Fastpoetry, ServesTheWholePoem) {
  ServerProgram server("fastpoetry", {kPoemFile});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ClientSocket(server.address()).readToTheEnd(), loadPoem(kPoemFile));
  }
  EXPECT_EQ(linesOf(server.stop().out).size(), 4u);
}

TEST(Fastpoetry, SendsEveryByteOfALargePoemBeforeItCloses) {
  const TemporaryFolder folder;
  std::string poem;
  while (poem.size() < 20'000'000) poem += fmt::format("verse {}\n", poem.size());
  savePoem(folder / ".", 1, poem);
  ServerProgram server("fastpoetry", {folder / "poem-1.txt"});
  const ClientSocket slow(server.address()), quick(server.address());
  EXPECT_TRUE(quick.readToTheEnd() == poem) << "while the other one does not read";
  EXPECT_TRUE(slow.readToTheEnd() == poem);
}

TEST(Fastpoetry, SendsEveryByteToAClientThatSpeaksFirst) {
  const TemporaryFolder folder;
  const std::string poem(4'000'000, 'x');
  std::ofstream(folder / "poem") << poem;
  ServerProgram server("fastpoetry", {"--quiet", folder / "poem"});
  server.signal(SIGSTOP);  // so that our words are there before it begins
  const ClientSocket client(server.address());
  EXPECT_TRUE(client.send("GET / HTTP/1.0\r\n\r\n"));
  server.signal(SIGCONT);
  EXPECT_TRUE(client.readToTheEnd() == poem);
  EXPECT_EQ(server.stop().exitCode, 0);
}

TEST(Fastpoetry, ServesAQueueOfClientsThatCameBeforeItHadTime) {
  ServerProgram server("fastpoetry", {"--quiet", kPoemFile});
  server.signal(SIGSTOP);
  std::vector<ClientSocket> clients;
  for (int i = 0; i < 500; ++i) clients.emplace_back(server.address());
  server.signal(SIGCONT);
  const std::string poem = loadPoem(kPoemFile);
  for (const ClientSocket& client : clients) EXPECT_EQ(client.readToTheEnd(), poem);
}

TEST(Fastpoetry, GoesOnWhenClientsVanishBeforeTheyAreServed) {
  ServerProgram server("fastpoetry", {kPoemFile});
  server.signal(SIGSTOP);
  for (int i = 0; i < 20; ++i) ClientSocket(server.address()).reset();
  const ClientSocket stays(server.address());
  server.signal(SIGCONT);
  EXPECT_EQ(stays.readToTheEnd(), loadPoem(kPoemFile));
  EXPECT_EQ(server.stop().exitCode, 0);
}

// ---- what both keep to -------------------------------------------------------------------------

class EveryPoetryServer : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryPoetryServer, EndsAtOnceOnASignalWhenNobodyIsThere) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Outcome outcome = ServerProgram(GetParam(), {"--grace", "3600", kPoemFile}).stop(signal);
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_P(EveryPoetryServer, NamesThePortThatIsTaken) {
  const ServerProgram server(GetParam(), {kPoemFile});
  const std::string port = std::to_string(server.address().port);
  const Outcome second = run(ServerProgram::commandFor(GetParam(), {"--port", port, kPoemFile}));
  EXPECT_EQ(second.exitCode, 1);
  EXPECT_EQ(second.err,
            fmt::format("{}: bind 127.0.0.1:{}: Address already in use\n", GetParam(), port));
}

TEST_P(EveryPoetryServer, NamesTheFileThatItCanNotServe) {
  const Outcome outcome = run(ServerProgram::commandFor(GetParam(), {"/no/such/poem.txt"}));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("/no/such/poem.txt: "), std::string::npos);
}

TEST_P(EveryPoetryServer, ListensWhereItIsTold) {
  RunningProgram program(ServerProgram::commandFor(GetParam(), {"--iface", "::1", kPoemFile}));
  if (!program.waitForOutput(".\n")) GTEST_SKIP() << "no IPv6 here: " << program.wait().err;
}

TEST_P(EveryPoetryServer, SaysWhichArgumentIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "poem"},
      {{kPoemFile, "another.txt"}, "another.txt"},
      {{kPoemFile, "--port", "65536"}, "65536"},
      {{kPoemFile, "--grace", "soon"}, "soon"},
      {{kPoemFile, "--speed", "9"}, "--speed"},
  };
  for (const auto& [arguments, said] : cases) {
    const Outcome outcome = run(ServerProgram::commandFor(GetParam(), arguments));
    EXPECT_EQ(outcome.exitCode, 2) << outcome.err;
    EXPECT_EQ(linesOf(outcome.err).size(), 1u) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  }
}

const auto kNameOfServer = [](const auto& info) { return std::string(info.param); };

INSTANTIATE_TEST_SUITE_P(Chapter05, EveryPoetryServer,
                         ::testing::Values("slowpoetry", "fastpoetry"), kNameOfServer);

// ---- stopping well -----------------------------------------------------------------------------

TEST(StoppingWell, LetsPoemsEndThatAreUnderWayAndTakesNobodyElse) {
  ServerProgram server("slowpoetry",
                       {"--delay", "0.05", "--num-bytes", "60", "--grace", "20", kPoemFile});
  const Address address = server.address();
  const ClientSocket client(address);
  const std::string beginning = client.read(60);
  server.signal(SIGTERM);
  ASSERT_TRUE(server.waitForOutput("Stopping"));
  EXPECT_THROW(ClientSocket{address}, std::system_error);
  EXPECT_EQ(beginning + client.readToTheEnd(), loadPoem(kPoemFile));
  const Outcome outcome = server.wait();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_LT(outcome.seconds, 15) << "it does not wait longer than it must";
  EXPECT_NE(outcome.out.find("Stopping. Clients still here: 1.\n"), std::string::npos)
      << outcome.out;
}

TEST(StoppingWell, BreaksOffWhatHasNotEndedInTime) {
  ServerProgram server("slowpoetry", {"--delay", "3600", "--grace", "0.1", kPoemFile});
  const ClientSocket client(server.address());
  client.read(10);
  const Outcome outcome = server.stop(SIGINT);
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(client.readToTheEnd(), kBroken) << "a poem that was torn is not a poem that ended";
  EXPECT_NE(outcome.out.find("Somebody left before the end: the reactor has stopped\n"),
            std::string::npos);
}

TEST(StoppingWell, EndsAtOnceOnASecondSignal) {
  for (const int second : {SIGTERM, SIGINT}) {
    ServerProgram server("slowpoetry", {"--delay", "3600", "--grace", "3600", kPoemFile});
    const ClientSocket client(server.address());
    client.read(10);
    server.signal(SIGTERM);
    ASSERT_TRUE(server.waitForOutput("Stopping"));
    const Outcome outcome = server.stop(second);
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(outcome.signal, 0);
    EXPECT_EQ(client.readToTheEnd(), kBroken);
  }
}

}  // namespace
}  // namespace poetry::testing
