// Runs the real slowpoetry and is its client.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <optional>

#include "common/address.h"
#include "common/poem.h"
#include "common/syscall.h"
#include "common/testing/recorded.h"
#include "common/testing/running_program.h"
#include "common/testing/temporary_folder.h"
#include "common/unique_fd.h"

namespace poetry::testing {
namespace {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;

const std::string kProgram = LAB_PROGRAMS "/slowpoetry";
const std::string kPoemFile = LAB_ROOT "/poetry/science.txt";

// A running slowpoetry.
class Server {
 public:
  explicit Server(const Arguments& arguments) : program_(commandFor(arguments)) {
    EXPECT_TRUE(program_.waitForOutput(".\n"));
  }

  static Arguments commandFor(const Arguments& arguments) {
    Arguments command{kProgram};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }

  // Ends it, and returns all that it printed.
  Outcome stop(int signal = SIGTERM) {
    program_.signal(signal);
    return program_.wait();
  }

 private:
  RunningProgram program_;
};

std::uint16_t freePort() {
  const UniqueFd socket(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
  const Endpoint any = resolve({kLoopback, 0}).front();
  checked(::bind(socket.get(), any.data(), any.size()), "bind");
  return localEndpoint(socket.get()).port();
}

UniqueFd connectTo(const Address& address) {
  const Endpoint endpoint = resolve(address).front();
  UniqueFd socket(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  checked(::connect(socket.get(), endpoint.data(), endpoint.size()), "connect");
  return socket;
}

bool hasSomethingToRead(const UniqueFd& socket, std::chrono::milliseconds limit) {
  pollfd one{socket.get(), POLLIN, 0};
  return ::poll(&one, 1, static_cast<int>(limit.count())) == 1;
}

std::string readToTheEnd(const UniqueFd& socket) {
  std::string all;
  std::array<char, 4096> buffer;
  while (const ssize_t count =
             checked(::recv(socket.get(), buffer.data(), buffer.size(), 0), "recv")) {
    all.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return all;
}

// Closes the socket so that the other side gets a reset.
void resetConnection(UniqueFd socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

TEST(Slowpoetry, ServesThePoemAndSaysSo) {
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--delay", "0", "--num-bytes", "200", kPoemFile});
  EXPECT_EQ(readToTheEnd(connectTo({kLoopback, port})), loadPoem(kPoemFile));
  const auto lines = linesOf(server.stop().out);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], "Serving " + kPoemFile + " on port " + std::to_string(port) + ".");
  EXPECT_TRUE(matches(lines[1], R"(Somebody at 127\.0\.0\.1:[0-9]+ wants poetry!)"));
  EXPECT_EQ(lines[2], "Sending 200 bytes");
  EXPECT_EQ(lines[5], "Sending 53 bytes");
}

TEST(Slowpoetry, PrintsItsPortAndNothingElseWhenQuiet) {
  const std::uint16_t port = freePort();
  Server server({"--quiet", "--port", std::to_string(port), "--delay", "0", kPoemFile});
  EXPECT_EQ(readToTheEnd(connectTo({kLoopback, port})).size(), 653u);
  EXPECT_EQ(server.stop().out, "Serving " + kPoemFile + " on port " + std::to_string(port) + ".\n");
}

TEST(Slowpoetry, PicksAFreePortUnlessToldOtherwise) {
  const Outcome outcome = Server({kPoemFile}).stop();
  EXPECT_TRUE(matches(outcome.out, "Serving .* on port [1-9][0-9]*\\.\n"));
}

TEST(Slowpoetry, SendsTenBytesAtATimeUnlessToldOtherwise) {
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--delay", "0", kPoemFile});
  EXPECT_EQ(readToTheEnd(connectTo({kLoopback, port})).size(), 653u);
  const auto lines = linesOf(server.stop().out);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "Sending 10 bytes"), 65);
}

TEST(Slowpoetry, PausesAfterEverySend) {
  const std::uint16_t port = freePort();
  Server server(
      {"--port", std::to_string(port), "--delay", "0.05", "--num-bytes", "100", kPoemFile});
  const auto start = std::chrono::steady_clock::now();
  readToTheEnd(connectTo({kLoopback, port}));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 7 * 50ms);
}

TEST(Slowpoetry, ServesOneClientAtATimeAndTheNextOneWaits) {
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--delay", "3600", kPoemFile});
  const UniqueFd first = connectTo({kLoopback, port});
  ASSERT_TRUE(hasSomethingToRead(first, 5s));
  const UniqueFd second = connectTo({kLoopback, port});
  EXPECT_FALSE(hasSomethingToRead(second, 150ms));
}

TEST(Slowpoetry, ServesTheNextClientWhenOneBreaksTheConnection) {
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--delay", "0.001", kPoemFile});
  UniqueFd client = connectTo({kLoopback, port});
  ASSERT_TRUE(hasSomethingToRead(client, 5s));
  resetConnection(std::move(client));
  EXPECT_EQ(readToTheEnd(connectTo({kLoopback, port})), loadPoem(kPoemFile));
  const Outcome outcome = server.stop();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("Somebody left before the end: send: Connection reset by peer\n"),
            std::string::npos);
}

TEST(Slowpoetry, ServesTheNextClientWhenOneHangsUp) {
  const std::uint16_t port = freePort();
  Server server(
      {"--port", std::to_string(port), "--delay", "0.02", "--num-bytes", "100", kPoemFile});
  UniqueFd client = connectTo({kLoopback, port});
  std::array<char, 100> verse;
  EXPECT_EQ(::recv(client.get(), verse.data(), verse.size(), MSG_WAITALL), 100);
  // Everything has been read, so this is a clean end. The server's next send is answered by a
  // reset, and the one after that raises SIGPIPE, unless it is ignored.
  client.reset();
  EXPECT_EQ(readToTheEnd(connectTo({kLoopback, port})), loadPoem(kPoemFile));
  const Outcome outcome = server.stop();
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_NE(outcome.out.find("Somebody left before the end: send: Broken pipe\n"),
            std::string::npos);
}

TEST(Slowpoetry, EndsCleanlyOnASignalWhateverItIsDoing) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::uint16_t port = freePort();
    Server waiting({"--port", std::to_string(port), kPoemFile});
    EXPECT_EQ(waiting.stop(signal).exitCode, 0);

    Server sleeping({"--port", std::to_string(port), "--delay", "3600", kPoemFile});
    const UniqueFd client = connectTo({kLoopback, port});
    ASSERT_TRUE(hasSomethingToRead(client, 5s));
    EXPECT_EQ(sleeping.stop(signal).exitCode, 0);
    EXPECT_EQ(readToTheEnd(client).size(), 10u);

    // The port is free again at once, though the kernel remembers its connection.
    Server next({"--port", std::to_string(port), kPoemFile});
    EXPECT_EQ(next.stop(signal).exitCode, 0);
  }
}

TEST(Slowpoetry, EndsOnASignalWhileAClientDoesNotRead) {
  const TemporaryFolder folder;
  savePoem(folder / ".", 1, std::string(64 << 20, 'v'));
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--num-bytes", std::to_string(64 << 20),
                 folder / "poem-1.txt"});
  const UniqueFd client = connectTo({kLoopback, port});
  ASSERT_TRUE(hasSomethingToRead(client, 5s));  // and read nothing: the server is stuck in send
  EXPECT_EQ(server.stop(SIGINT).exitCode, 0);
}

TEST(Slowpoetry, ListensWhereItIsTold) {
  const std::uint16_t port = freePort();
  RunningProgram program(
      {kProgram, "--iface", "::1", "--port", std::to_string(port), "--delay", "0", kPoemFile});
  if (!program.waitForOutput(".\n")) GTEST_SKIP() << "no IPv6 here: " << program.wait().err;
  EXPECT_EQ(readToTheEnd(connectTo({"::1", port})), loadPoem(kPoemFile));
  EXPECT_THROW(connectTo({kLoopback, port}), std::system_error);
}

TEST(Slowpoetry, NamesThePortThatIsTaken) {
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), kPoemFile});
  const Outcome second = run({kProgram, "--port", std::to_string(port), kPoemFile});
  EXPECT_EQ(second.exitCode, 1);
  EXPECT_EQ(second.err,
            "slowpoetry: bind 127.0.0.1:" + std::to_string(port) + ": Address already in use\n");
}

TEST(Slowpoetry, NamesTheFileThatItCanNotServe) {
  for (const char* path : {"/no/such/poem.txt", "/", "/dev/null"}) {
    const Outcome outcome = run({kProgram, path});
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(linesOf(outcome.err).size(), 1u);
    EXPECT_NE(outcome.err.find(std::string(path) + ": "), std::string::npos) << outcome.err;
  }
}

TEST(Slowpoetry, SaysWhichArgumentIsWrong) {
  const std::vector<std::pair<Arguments, std::string>> cases = {
      {{}, "poem"},
      {{kPoemFile, "another.txt"}, "another.txt"},
      {{kPoemFile, "--port", "65536"}, "65536"},
      {{kPoemFile, "--port", "-1"}, "-1"},
      {{kPoemFile, "--delay", "soon"}, "soon"},
      {{kPoemFile, "--delay", "-0.1"}, "-0.1"},
      {{kPoemFile, "--delay", "nan"}, "nan"},
      {{kPoemFile, "--delay", "inf"}, "inf"},
      {{kPoemFile, "--num-bytes", "0"}, "'0'"},
      {{kPoemFile, "--num-bytes", "-5"}, "-5"},
      {{kPoemFile, "--num-bytes", "1.5"}, "1.5"},
      {{kPoemFile, "--speed", "9"}, "--speed"},
  };
  for (const auto& [arguments, said] : cases) {
    const Outcome outcome = run(Server::commandFor(arguments));
    EXPECT_EQ(outcome.exitCode, 2) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(linesOf(outcome.err).size(), 1u) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  }
}

TEST(Slowpoetry, RecordsALaneForEveryClient) {
  const TemporaryFolder folder;
  const std::uint16_t port = freePort();
  Server server({"--port", std::to_string(port), "--delay", "0.001", "--num-bytes", "300",
                 "--record", folder / "record.json", kPoemFile});
  for (int i = 0; i < 2; ++i) readToTheEnd(connectTo({kLoopback, port}));
  server.stop(SIGINT);
  std::map<int, std::size_t> sent;
  std::map<int, std::string> names;
  for (const RecordedEvent& event : readRecording(folder / "record.json").events) {
    if (event.name == "send") sent[event.lane] += event.bytes;
    if (event.name == "thread_name") names[event.lane] = event.nameOfLane;
  }
  EXPECT_EQ(sent, (std::map<int, std::size_t>{{1, 653}, {2, 653}}));
  EXPECT_EQ(names.count(0), 0u) << "it has no loop that watches";
  EXPECT_TRUE(names.at(2).starts_with("127.0.0.1:"));
}

}  // namespace
}  // namespace poetry::testing
