// The black-box suite, part one: what every get-poetry program keeps to, whatever is inside it. It
// runs the real program against scripted servers on loopback.

#include "common/testing/client_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "common/address.h"
#include "common/poem.h"
#include "common/testing/client_suite_support.h"
#include "common/testing/scripted_server.h"

namespace poetry::testing {

using namespace std::chrono_literals;

std::string nameOfProgram(const std::string& path, const std::vector<std::string>& options) {
  std::string name = std::filesystem::path(path).filename();
  for (const std::string& option : options) {
    if (!option.starts_with("--")) name += "-over-" + option;
  }
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::ostream& operator<<(std::ostream& out, const Client& client) {
  return out << client.path;
}
std::ostream& operator<<(std::ostream& out, const CrowdClient& client) {
  return out << client.path;
}

namespace {

bool hasLine(const std::string& text, const std::string& pattern) {
  const auto lines = linesOf(text);
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return matches(line, pattern); });
}

const char kElapsed[] = R"([0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{6})";
// ---- what it prints ----------------------------------------------------------------------------

TEST_P(GetPoetry, PrintsTheTranscriptOfItsChapter) {
  ScriptedServers servers;
  const Address one = servers.add({Send{kShortPoem}});
  const Address two = servers.add({Send{"Haiku\n"}});
  const Outcome outcome = runClient({toString(one), std::to_string(two.port)});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");

  const std::string whereOne = toString(one), whereTwo = toString(two);
  if (GetParam().printsChunks) {
    EXPECT_TRUE(hasLine(outcome.out, "Task 1: got 33 bytes of poetry from " + whereOne));
    EXPECT_TRUE(hasLine(outcome.out, "Task 2: got 6 bytes of poetry from " + whereTwo));
    EXPECT_TRUE(hasLine(outcome.out, "Task 1: 33 bytes of poetry"));
    EXPECT_TRUE(hasLine(outcome.out, "Task 2: 6 bytes of poetry"));
  } else {
    EXPECT_TRUE(hasLine(outcome.out, "Task 1: get poetry from: " + whereOne));
    EXPECT_TRUE(hasLine(outcome.out, "Task 2: get poetry from: " + whereTwo));
    const std::string in = std::string(" in ") + kElapsed;
    EXPECT_TRUE(hasLine(outcome.out, "Task 1: got 33 bytes of poetry from " + whereOne + in));
    EXPECT_TRUE(hasLine(outcome.out, "Task 2: got 6 bytes of poetry from " + whereTwo + in));
  }
  const std::string last = linesOf(outcome.out).back();
  EXPECT_TRUE(matches(last, std::string("Got 2 poems in ") + kElapsed)) << last;
}

TEST_P(GetPoetry, PrintsNothingWhenQuietAndAllIsWell) {
  ScriptedServers servers;
  const Outcome outcome = runClient({"--quiet", toString(servers.add({Send{kShortPoem}}))});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST_P(GetPoetry, PrintsPlainLinesForProgressIntoAPipe) {
  ScriptedServers servers;
  const Outcome outcome = runClient({"--progress", toString(servers.add({Send{kShortPoem}}))});
  EXPECT_TRUE(hasLine(outcome.out, std::string("Got 1 poems in ") + kElapsed));
  EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos);
}

TEST_P(GetPoetry, DrawsABarForEveryTaskOnATerminal) {
  ScriptedServers servers;
  const Address well = servers.add({Send{kShortPoem}, Pause{50ms}, Send{kShortPoem}});
  const RefusingPort badly;
  const Arguments command = commandFor({"--progress", toString(well), toString(badly.address())});
  const Outcome outcome = RunningProgram(command, RunningProgram::Output::kTerminal).wait();
  EXPECT_EQ(outcome.exitCode, 1);
  const auto lines = linesOf(outcome.out);
  const auto shows = [&](int task, const std::string& word) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(fmt::format("Task {}  ", task)) != std::string::npos &&
             line.find(word) != std::string::npos;
    });
  };
  EXPECT_TRUE(shows(1, "waiting"));
  EXPECT_TRUE(shows(1, "66 bytes"));
  EXPECT_TRUE(shows(1, "done"));
  EXPECT_TRUE(shows(2, "failed"));
  EXPECT_NE(outcome.err.find("Connection refused"), std::string::npos);
}

// ---- bytes -------------------------------------------------------------------------------------

TEST_P(GetPoetry, PutsAPoemTogetherThatComesByteByByte) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Address server = servers.add(inPieces(kShortPoem, 1, 1ms));
  const Outcome outcome = runClient({"--save", folder / "poems", toString(server)});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(contentsOf(folder / "poems/poem-1.txt"), kShortPoem);
}

TEST_P(GetPoetry, KeepsACharacterWholeThatIsCutInHalfBetweenTwoReads) {
  const std::string poem = loadPoem(LAB_ROOT "/poetry/moonlight.txt");
  ScriptedServers servers;
  const TemporaryFolder folder;
  // Its characters have three bytes each: pieces of four cut most of them in half.
  const Address server = servers.add(inPieces(poem, 4, 2ms));
  const Outcome outcome = runClient({"--save", folder / ".", toString(server)});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(savedPoem(folder, 1), poem);
  EXPECT_NE(outcome.out.find(fmt::format("{} bytes of poetry", poem.size())), std::string::npos);
}

TEST_P(GetPoetry, KeepsBytesThatAreNoTextAtAll) {
  std::string poem;
  for (int i = 0; i < 1024; ++i) poem.push_back(static_cast<char>(i % 256));
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Outcome outcome = runClient({"--save", folder / ".", toString(servers.add({Send{poem}}))});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(savedPoem(folder, 1), poem);
}

TEST_P(GetPoetry, FetchesAPoemOfAMegabyte) {
  std::string poem;
  for (int i = 0; poem.size() < 1024 * 1024; ++i) poem += fmt::format("verse {}\n", i);
  poem.resize(1024 * 1024);
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Outcome outcome = runClient({"--save", folder / ".", toString(servers.add({Send{poem}}))});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_TRUE(savedPoem(folder, 1) == poem);
}

TEST_P(GetPoetry, TakesAConnectionThatClosesAtOnceForAnEmptyPoem) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Outcome outcome = runClient({"--save", folder / ".", toString(servers.add({}))});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "poem-1.txt"));
  EXPECT_EQ(savedPoem(folder, 1), "");
  EXPECT_TRUE(hasLine(outcome.out, "Task 1: (got )?0 bytes of poetry.*"));
}

// ---- addresses ---------------------------------------------------------------------------------

TEST_P(GetPoetry, AsksTheSameServerTwiceForTwoTasks) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  const Address server = servers.add({Send{kShortPoem}});
  const Outcome outcome = runClient({"--save", folder / ".", toString(server), toString(server)});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(servers.eventsOf(server).accepted, 2);
  EXPECT_EQ(savedPoem(folder, 1) + savedPoem(folder, 2), kShortPoem + kShortPoem);
}

// A server on ::1, or a skipped test on a machine without IPv6.
#define ADD_IPV6_SERVER(address, servers, ...)                 \
  Address address;                                             \
  try {                                                        \
    address = (servers).add(__VA_ARGS__, "::1");               \
  } catch (const std::system_error& error) {                   \
    GTEST_SKIP() << "no IPv6 loopback here: " << error.what(); \
  }

TEST_P(GetPoetry, FetchesOverIpv6) {
  ScriptedServers servers;
  ADD_IPV6_SERVER(server, servers, {Send{kShortPoem}});
  const Outcome outcome = runClient({toString(server)});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("33 bytes of poetry from [::1]:"), std::string::npos);
}

TEST_P(GetPoetry, LooksUpTheNameOfAServer) {
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  EXPECT_EQ(runClient({fmt::format("localhost:{}", server.port)}).exitCode, 0);
}

TEST_P(GetPoetry, TriesTheNextAddressOfANameWhenOneRefuses) {
  // Each server listens at one of the name's two addresses, so one of the two programs must find
  // its server at the second.
  const KnownNames names;
  ScriptedServers servers;
  const Address v4 = servers.add({Send{kShortPoem}});
  ADD_IPV6_SERVER(v6, servers, {Send{kShortPoem}});
  for (const Address& server : {v4, v6}) {
    const Outcome outcome =
        run(names.commandFor({fmt::format("two-addresses.test:{}", server.port)}));
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(servers.eventsOf(server).accepted, 1);
  }
}

// ---- failures ----------------------------------------------------------------------------------

TEST_P(GetPoetry, ReportsARefusedConnectionByNameAndFetchesTheOthers) {
  ScriptedServers servers;
  const RefusingPort refusing;
  const std::string where = toString(refusing.address());
  const Outcome outcome = runClient({where, toString(servers.add({Send{kShortPoem}}))});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err, fmt::format("Task 1: connect {}: Connection refused\n", where));
  EXPECT_NE(outcome.out.find("Got 1 poems in "), std::string::npos);
}

TEST_P(GetPoetry, ReportsAnUnknownHostByNameAndFetchesTheOthers) {
  const KnownNames names;
  ScriptedServers servers;
  // RFC 6761: a name under "invalid" never resolves.
  const Outcome outcome = run(
      names.commandFor({"no-such-host.invalid:10000", toString(servers.add({Send{kShortPoem}}))}));
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_TRUE(hasLine(outcome.err, "Task 1: look up no-such-host.invalid: .+")) << outcome.err;
  EXPECT_NE(outcome.out.find("Got 1 poems in "), std::string::npos);
}

TEST_P(GetPoetry, TakesAConnectionThatBreaksForAnErrorAndNotForAnEnd) {
  ScriptedServers servers;
  const TemporaryFolder folder;
  // The pause lets the first half arrive: a reset throws away what was not yet read.
  const Address broken = servers.add({Send{kShortPoem}, Pause{50ms}, Reset{}});
  const Address whole = servers.add({Send{kShortPoem}});
  const Outcome outcome = runClient({"--save", folder / ".", toString(broken), toString(whole)});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_EQ(outcome.err,
            fmt::format("Task 1: recv from {}: Connection reset by peer\n", toString(broken)));
  EXPECT_FALSE(std::filesystem::exists(folder / "poem-1.txt"));
  EXPECT_EQ(savedPoem(folder, 2), kShortPoem);
  EXPECT_NE(outcome.out.find("Got 1 poems in "), std::string::npos);
}

TEST_P(GetPoetry, SaysWhichArgumentIsWrongBeforeItOpensAnything) {
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  const TemporaryFolder folder;
  const std::string where = toString(server);
  const std::vector<std::pair<Arguments, std::string>> cases = {
      {{}, "server"},
      {{where, "65536"}, "65536"},
      {{where, "127.0.0.1:99999999999999999999"}, "99999999999999999999"},
      {{where, "-1"}, "-1"},
      {{where, "127.0.0.1:"}, "''"},
      {{where, "127.0.0.1:http"}, "http"},
      {{where, "::1:10000"}, "[::1]"},
      {{where, "[::1]"}, "[::1]"},
      {{where, "[localhost]:10000"}, "localhost"},
      {{where, "10000x"}, "10000x"},
      {{where, ""}, "''"},
      {{where, "--no-such-option"}, "--no-such-option"},
      {{where, "--save"}, "--save"},
      {{where, "--record"}, "--record"},
  };
  for (const auto& [arguments, said] : cases) {
    Arguments all = {"--record", folder / "record.json", "--save", folder / "poems"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Outcome outcome = runClient(all);
    EXPECT_EQ(outcome.exitCode, 2) << outcome.err;
    EXPECT_EQ(linesOf(outcome.err).size(), 1u) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
  EXPECT_EQ(servers.eventsOf(server).accepted, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "record.json"));
  EXPECT_FALSE(std::filesystem::exists(folder / "poems"));
}

TEST_P(GetPoetry, SaysWhatItCanNotWriteAndFails) {
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}});
  const Outcome noFile = runClient({"--record", "/no/such/folder/record.json", toString(server)});
  EXPECT_EQ(noFile.exitCode, 1);
  EXPECT_TRUE(hasLine(noFile.err, ".*/no/such/folder/record.json: No such file or directory"));
  const Outcome noFolder = runClient({"--save", "/dev/null/poems", toString(server)});
  EXPECT_EQ(noFolder.exitCode, 1);
  EXPECT_TRUE(hasLine(noFolder.err, ".*/dev/null/poems: .+")) << noFolder.err;
  EXPECT_EQ(servers.eventsOf(server).accepted, 0);
}

TEST_P(GetPoetry, ReportsAPoemThatItCanNotSaveAndFetchesTheOthers) {
  ScriptedServers servers;
  const std::string where = toString(servers.add({Send{kShortPoem}}));
  const TemporaryFolder folder;
  makeFolder(folder / "poem-1.txt");  // a folder stands where the first poem should go
  const Outcome outcome = runClient({"--save", folder / ".", where, where});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_TRUE(hasLine(outcome.err, "Task 1: .*/poem-1.txt: .+")) << outcome.err;
  EXPECT_EQ(savedPoem(folder, 2), kShortPoem);
  EXPECT_NE(outcome.out.find("Got 1 poems in "), std::string::npos) << outcome.out;
}

TEST_P(GetPoetry, FailsWithoutAStandardOutputAndTellsTheServerNothing) {
  ScriptedServers servers;
  const Address server = servers.add({Send{kShortPoem}, Pause{20ms}});
  const std::string command =
      fmt::format("exec {} >&-", fmt::join(commandFor({toString(server)}), " "));
  const Outcome outcome = run({"/bin/sh", "-c", command});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("write: Bad file descriptor"), std::string::npos) << outcome.err;
  EXPECT_EQ(servers.eventsOf(server).received, 0u);
}

TEST_P(GetPoetry, HelpsWithAnExample) {
  const Outcome outcome = runClient({"--help"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("Example:\n"), std::string::npos);
  EXPECT_NE(outcome.out.find(GetParam().path + " 10000"), std::string::npos) << outcome.out;
}

// ---- signals -----------------------------------------------------------------------------------

TEST_P(GetPoetry, GoesOnAfterItWasStopped) {
  ScriptedServers servers;
  const Address server = servers.add({Silence{}, Send{kShortPoem}});
  RunningProgram program(commandFor({toString(server)}));
  ASSERT_TRUE(servers.waitForAccepted(server, 1, kSoon));
  for (int i = 0; i < 20; ++i) {
    program.signal(SIGSTOP);
    program.signal(SIGCONT);
    std::this_thread::yield();
  }
  servers.release(server);
  EXPECT_EQ(program.wait().exitCode, 0);
}

TEST_P(GetPoetry, EndsOnASignalAndLetsGoOfItsServer) {
  for (const int signal : {SIGINT, SIGTERM}) {
    ScriptedServers servers;
    const Address server = servers.add({Send{kShortPoem}, Silence{}});
    RunningProgram program(commandFor({toString(server)}));
    ASSERT_TRUE(servers.waitForAccepted(server, 1, kSoon));
    program.signal(signal);
    const Outcome outcome = program.wait();
    const bool cancels = GetParam().cancelsOnCtrlC && signal == SIGINT;
    EXPECT_EQ(outcome.signal, cancels ? 0 : signal);
    EXPECT_EQ(outcome.exitCode, cancels ? 1 : -1);
    EXPECT_TRUE(servers.waitForOver(server, 1, kSoon));
    const std::string lastWords =
        cancels ? "Task 1: cancelled\n" : "Task 1: the reactor has stopped\n";
    EXPECT_EQ(outcome.err, GetParam().stopsInOrder ? lastWords : "");
    const bool sumsUp = outcome.out.find("Got 0 poems in ") != std::string::npos;
    EXPECT_EQ(sumsUp, GetParam().stopsInOrder);
  }
}

}  // namespace

}  // namespace poetry::testing
