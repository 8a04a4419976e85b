#include "tests/simulation/simulated_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/arguments.h"
#include "common/report.h"
#include "deferred/unhandled_error.h"
#include "poems/poem_cache.h"
#include "poems/poem_client.h"
#include "poems/transforms.h"
#include "reactor/errors.h"
#include "servers/fast_protocol.h"
#include "servers/proxy_protocol.h"
#include "servers/slow_protocol.h"
#include "servers/transform_protocol.h"
#include "tests/simulation/simulated_reactor.h"

namespace poetry::testing {

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kSlow = 1, kFast = 2, kTransform = 3, kProxy = 4, kNobody = 5;

Address at(std::uint16_t port) {
  return {kLoopback, port};
}

// A poem of up to 300 bytes in which no two places look alike.
std::string somePoem(Chance& chance) {
  std::string poem(chance.percent(10) ? chance.below(2) : chance.below(300), ' ');
  const std::size_t start = chance.below(1000);
  for (std::size_t i = 0; i < poem.size(); ++i) {
    poem[i] = static_cast<char>((start + i * i + 7 * i) % 251);
  }
  return poem;
}

class World {
 public:
  World(std::uint64_t seed, bool trace);
  WorldOutcome run();

 private:
  friend class RawClient;
  friend class TransformClient;

  void openServers();
  void inviteClients();
  void startPoemClient(int client);
  void startRawClient(int client);
  void startTransformClient(int client);
  Deferred<std::string> fetch();
  void check(int client, bool good, const std::string& what);
  void finished(int client, bool whole);
  void watch();
  void complain(const std::string& what) { outcome_.complaints.push_back(what); }

  template <typename... Values>
  void say(fmt::format_string<Values...> format, Values&&... values) {
    if (!trace_) return;
    fmt::print("{:9.6f} {}\n",
               std::chrono::duration<double>(reactor_.now().time_since_epoch()).count(),
               fmt::format(format, std::forward<Values>(values)...));
  }

  // What a client of this port should get.
  const std::string& poemAt(std::uint16_t port) const {
    return (port == kProxy ? origin_ : port) == kSlow ? slow_ : fast_;
  }

  bool trace_;
  Chance chance_;
  SimulatedReactor reactor_{chance_};
  BasicServerOptions options_;
  ServerReport report_;
  WorldOutcome outcome_;
  std::string slow_ = somePoem(chance_);
  std::string fast_ = somePoem(chance_);
  std::uint16_t origin_ = 0;  // behind the proxy
  std::optional<PoemCache> cache_;
  int fetching_ = 0;
  std::optional<Duration> ttl_;         // of the proxy's poem; none: it is never stale
  std::optional<TimePoint> fetchedAt_;  // when the proxy has got its poem last
  int clients_ = 0;
  int over_ = 0;
  bool stopsEarly_ = false;  // the transform server
  bool complainedOfTimers_ = false;
};

BasicServerOptions quietly() {
  BasicServerOptions options;
  options.quiet = true;
  return options;
}

World::World(std::uint64_t seed, bool trace)
    : trace_(trace), chance_(seed), options_(quietly()), report_(options_) {}

// ---- servers -----------------------------------------------------------------------------------

void World::openServers() {
  const SlowPoetry slow{reactor_, report_, slow_, 1 + chance_.below(40),
                        std::chrono::milliseconds(chance_.below(3) * 10)};
  const std::shared_ptr<Factory> factories[] = {
      std::make_shared<SlowPoetryFactory>(slow),
      std::make_shared<FastPoetryFactory>(fast_, report_),
      std::make_shared<TransformFactory>(report_),
  };
  std::uint16_t port = kSlow;
  for (const auto& factory : factories) {
    const auto listening = reactor_.listenTCP(at(port), factory);
    if (chance_.percent(10)) {
      // The transform server closes what is open, then: not all of its answers may come.
      stopsEarly_ = stopsEarly_ || port == kTransform;
      reactor_.happen(reactor_.someDelay(), [listening] { listening->stopListening(); });
    }
    ++port;
  }
  constexpr std::uint16_t kOrigins[] = {kSlow, kFast, kFast, kNobody};
  origin_ = kOrigins[chance_.below(4)];
  if (chance_.percent(50)) ttl_ = reactor_.someDelay();
  cache_.emplace(
      reactor_, [this] { return fetch(); }, PoemCache::Options{5s, ttl_},
      [this](const std::string& why) { say("proxy: {}", why); });
  reactor_.listenTCP(at(kProxy), std::make_shared<PoetryProxyFactory>(*cache_, report_));
}

Deferred<std::string> World::fetch() {
  say("proxy: fetches");
  if (++fetching_ > 1) complain("the proxy has two fetches at a time");
  const bool isFresh = fetchedAt_ && (!ttl_ || reactor_.now() < *fetchedAt_ + *ttl_);
  if (isFresh) complain("the proxy fetches a poem while it has a fresh one");
  return getPoetry(reactor_, at(origin_)).addBoth([this](Result<std::string> poem) {
    --fetching_;
    if (!poem.failed()) fetchedAt_ = reactor_.now();
    return poem;
  });
}

// ---- clients -----------------------------------------------------------------------------------

void World::inviteClients() {
  clients_ = 1 + static_cast<int>(chance_.below(6));
  for (int client = 1; client <= clients_; ++client) {
    reactor_.happen(reactor_.someDelay(), [this, client] {
      const std::size_t kind = chance_.below(10);
      if (kind < 5) return startPoemClient(client);
      if (kind < 8) return startRawClient(client);
      startTransformClient(client);
    });
  }
}

void World::finished(int client, bool whole) {
  ++over_;
  ++(whole ? outcome_.poems : outcome_.errors);
  say("client {}: {}", client, whole ? "has it all" : "has an error");
}

void World::check(int client, bool good, const std::string& what) {
  if (!good) complain(fmt::format("client {} {}", client, what));
}

// The lab's own client: a coroutine, with a time limit. It may change its mind.
void World::startPoemClient(int client) {
  constexpr std::uint16_t kPorts[] = {kSlow, kFast, kProxy, kProxy, kProxy};
  const std::uint16_t port = kPorts[chance_.below(5)];
  const std::string& wanted = poemAt(port);
  say("client {}: wants the poem of port {}", client, port);
  const Deferred<void> poem =
      getPoetry(reactor_, at(port))
          .addTimeout(20s, reactor_)
          .addCallbacks(
              [this, client, &wanted](const std::string& came) {
                check(client, came == wanted, "has a wrong poem, or a part of it");
                finished(client, true);
              },
              [this, client](const Failure&) { finished(client, false); });
  if (chance_.percent(20)) reactor_.happen(reactor_.someDelay(), [poem] { poem.cancel(); });
}

// A client that is not so well behaved: closes its half, stops reading for a while, hangs up.
class RawClient : public Protocol {
 public:
  RawClient(World& world, int client, const std::string& wanted)
      : world_(world), client_(client), wanted_(wanted) {}

  void connectionMade() override {
    Chance& chance = world_.chance_;
    if (chance.percent(30)) {
      static_cast<SimulatedEnd&>(transport()).endSending();
    }
    if (chance.percent(30)) {
      transport().pauseProducing();
      later([this] { transport().resumeProducing(); });
    }
    if (chance.percent(20)) later([this] { hangUp(); });
    // It is not patient forever: a connection may stall.
    world_.reactor_.happen(60s, ifStillHere([this] { hangUp(); }));
  }

  void dataReceived(std::string_view bytes) override {
    received_ += bytes;
    world_.check(client_, wanted_.compare(0, received_.size(), received_) == 0,
                 "has received a wrong byte");
  }

  void connectionLost(const Failure& reason) override {
    const bool ended = reason.check<ConnectionDone>() && !hungUp_;
    if (ended) world_.check(client_, received_ == wanted_, "takes a part for the whole");
    world_.finished(client_, ended);
  }

 private:
  void hangUp() {
    hungUp_ = true;
    if (world_.chance_.percent(50)) return transport().loseConnection();
    transport().abortConnection();
  }

  Callback ifStillHere(std::function<void()> what) {
    return [alive = std::weak_ptr(alive_), what = std::move(what)] {
      if (alive.lock()) what();
    };
  }

  void later(std::function<void()> what) {
    world_.reactor_.happen(world_.reactor_.someDelay(), ifStillHere(std::move(what)));
  }

  World& world_;
  int client_;
  const std::string& wanted_;
  bool hungUp_ = false;
  std::string received_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Sends requests, all at once or one by one, the last of them perhaps a bad one.
class TransformClient : public Protocol {
 public:
  TransformClient(World& world, int client) : world_(world), client_(client) {}

  void connectionMade() override {
    Chance& chance = world_.chance_;
    constexpr const char* kNames[] = {"cummingsify", "shout", "reverse-lines", "rot13"};
    for (std::size_t i = 1 + chance.below(4); i > 0; --i) {
      const std::string name = kNames[chance.below(4)], poem = somePoem(chance);
      ask(fmt::format("{}.{}", name, poem));
      const std::string answer = *transformed(name, poem);
      expected_ += fmt::format("{}:{},", answer.size(), answer);
    }
    const std::size_t end = chance.below(4);
    if (end == 0) {
      ask("sonnet.Roses");  // there is no such transform
      if (chance.percent(50)) ask("shout.Roses");
    }
    if (end == 1) transport().write("what is no netstring");
    if (end == 2) static_cast<SimulatedEnd&>(transport()).endSending();
    if (end == 3) hangsUp_ = true;
    world_.reactor_.happen(60s, [this, alive = std::weak_ptr(alive_)] {
      if (!alive.lock()) return;
      hungUp_ = true;
      transport().abortConnection();
    });
  }

  void dataReceived(std::string_view bytes) override {
    received_ += bytes;
    world_.check(client_, expected_.compare(0, received_.size(), received_) == 0,
                 "has received a wrong answer");
    if (!hangsUp_ || received_ != expected_) return;
    hungUp_ = true;
    transport().loseConnection();
  }

  void connectionLost(const Failure& reason) override {
    const bool ended = reason.check<ConnectionDone>() && !world_.stopsEarly_;
    if (ended && !hungUp_) {
      world_.check(client_, received_ == expected_, "takes some answers for all");
    }
    world_.finished(client_, received_ == expected_);
  }

 private:
  void ask(const std::string& request) {
    transport().write(fmt::format("{}:{},", request.size(), request));
  }

  World& world_;
  int client_;
  bool hangsUp_ = false;
  bool hungUp_ = false;
  std::string expected_;
  std::string received_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// One connection of a client of either kind.
template <typename Build>
class ClientFactoryOf : public ClientFactory {
 public:
  ClientFactoryOf(Build build, std::function<void()> failed)
      : build_(std::move(build)), failed_(std::move(failed)) {}
  std::unique_ptr<Protocol> buildProtocol(const Endpoint&) override { return build_(); }
  void clientConnectionFailed(const Failure&) override { failed_(); }

 private:
  Build build_;
  std::function<void()> failed_;
};

template <typename Build>
std::shared_ptr<ClientFactory> clientFactory(Build build, std::function<void()> failed) {
  return std::make_shared<ClientFactoryOf<Build>>(std::move(build), std::move(failed));
}

void World::startRawClient(int client) {
  constexpr std::uint16_t kPorts[] = {kSlow, kFast, kProxy};
  const std::uint16_t port = kPorts[chance_.below(3)];
  const std::string& wanted = poemAt(port);
  say("client {}: a bad one, on port {}", client, port);
  reactor_.connectTCP(at(port), clientFactory(
                                    [this, client, &wanted] {
                                      return std::make_unique<RawClient>(*this, client, wanted);
                                    },
                                    [this, client] { finished(client, false); }));
}

void World::startTransformClient(int client) {
  say("client {}: has something to transform", client);
  reactor_.connectTCP(
      at(kTransform),
      clientFactory([this, client] { return std::make_unique<TransformClient>(*this, client); },
                    [this, client] { finished(client, false); }));
}

// ---- the run -----------------------------------------------------------------------------------

// When all clients and all connections are gone, and nothing is under way, no program may still
// wait for anything.
void World::watch() {
  const bool quiet = over_ == clients_ && reactor_.openEnds() == 0;
  if (quiet && reactor_.timers() > 0 && !std::exchange(complainedOfTimers_, true)) {
    complain(fmt::format("{} timers are left when all is over", reactor_.timers()));
  }
  constexpr std::uint64_t kTooMany = 100'000;
  if (reactor_.events() > kTooMany) {
    complain("it does not end");
    reactor_.stop();
  }
}

WorldOutcome World::run() {
  reactor_.setLog([this](const std::string& line) { complain(line); });
  reactor_.setWatch([this] { watch(); });
  openServers();
  inviteClients();
  reactor_.run();
  if (over_ != clients_) complain(fmt::format("{} clients wait for ever", clients_ - over_));
  if (reactor_.openEnds() > 0) complain(fmt::format("{} ends are open", reactor_.openEnds()));
  if (fetching_ != 0) complain("a fetch has not ended");
  outcome_.events = reactor_.events();
  return outcome_;
}

}  // namespace

WorldOutcome runWorld(std::uint64_t seed, bool trace) {
  std::vector<std::string> unhandled;
  auto before = setUnhandledErrorHook([&](const Failure& failure, const SourceLocation&) {
    unhandled.push_back("unhandled in a Deferred: " + failure.message());
  });
  WorldOutcome outcome = World(seed, trace).run();
  setUnhandledErrorHook(std::move(before));
  outcome.complaints.insert(outcome.complaints.end(), unhandled.begin(), unhandled.end());
  return outcome;
}

}  // namespace poetry::testing
