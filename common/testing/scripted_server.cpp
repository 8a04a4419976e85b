// Scripted poem servers on libevent. One thread runs the event loop (the World); the test's thread
// hands it work through a queue and reads the counters under a lock.

#include "common/testing/scripted_server.h"

#include <event2/event.h>
#include <event2/thread.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "common/syscall.h"
#include "common/testing/event_base.h"

namespace poetry::testing {

namespace {

struct EventDeleter {
  void operator()(event* e) const { ::event_free(e); }
};
using Event = std::unique_ptr<event, EventDeleter>;

UniqueFd boundSocket(const Address& where) {
  const Endpoint endpoint = resolve(where).front();
  UniqueFd socket(checked(::socket(endpoint.family(), SOCK_STREAM, 0), "socket"));
  // The programs under test are our children, and must not inherit our sockets.
  checked(::fcntl(socket.get(), F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
  checked(::bind(socket.get(), endpoint.data(), endpoint.size()), "bind");
  return socket;
}

timeval toTimeval(std::chrono::milliseconds duration) {
  timeval time{};
  time.tv_sec = duration.count() / 1000;
  time.tv_usec = static_cast<suseconds_t>(duration.count() % 1000 * 1000);
  return time;
}

}  // namespace

// Lives in the loop's thread, except for what `mutex_` guards.
class ScriptedServers::World {
 public:
  World();
  ~World();

  // Runs `work` in the loop's thread and waits until it has.
  void runInLoop(std::function<void()> work);

  // Called in the loop's thread.
  void listen(UniqueFd socket, std::uint16_t port, Script script);
  int release(std::uint16_t port);

  // Called in the test's thread.
  Events eventsOf(std::uint16_t port) const;
  bool waitFor(std::uint16_t port, std::chrono::milliseconds limit,
               const std::function<bool(const Events&)>& enough) const;

 private:
  struct Server;
  struct Connection;

  void accept(Server& server);
  void follow(Connection& connection);   // the script, as far as it goes now
  bool perform(Connection& connection);  // one step; false: wait for an event
  bool sendSome(Connection& connection, const std::string& bytes);
  void onReadable(Connection& connection);  // it has nothing to say: this is its end
  void end(Connection& connection);         // destroys it
  void wait(Connection& connection, short what, const timeval* limit = nullptr);
  int note(Server& server, int Events::*counter, int Events::*order);
  void noteSent(Server& server, std::size_t bytes);

  struct Connection {
    World* world;
    Server* server;
    UniqueFd socket;
    std::size_t step = 0;
    std::size_t sent = 0;  // of the step's bytes
    bool paused = false;
    Event reading;  // notices that the client has gone
    Event waiting;  // for room in the socket, or for the end of a pause
    std::list<Connection>::iterator self;
  };

  struct Server {
    World* world;
    UniqueFd listener;
    Script script;
    bool released = false;
    Event accepting;
    std::list<Connection> connections;
    Events events;  // guarded by mutex_
  };

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int order_ = 0;  // guarded by mutex_
  EventBase base_;
  std::map<std::uint16_t, Server> servers_;  // by port; the map's shape is guarded by mutex_
  std::vector<std::function<void()>> work_;  // guarded by mutex_
  Event wake_;
  std::thread thread_;
};

ScriptedServers::World::World() {
  static const int threadsReady = ::evthread_use_pthreads();
  if (threadsReady != 0) throw std::runtime_error("libevent has no threads");
  ::signal(SIGPIPE, SIG_IGN);  // clients go in the middle: that is what is tested
  base_.reset(::event_base_new());
  const auto onWake = [](evutil_socket_t, short, void* self) {
    auto* world = static_cast<World*>(self);
    std::vector<std::function<void()>> work;
    {
      const std::lock_guard lock(world->mutex_);
      work.swap(world->work_);
    }
    for (const auto& task : work) task();
  };
  wake_.reset(::event_new(base_.get(), -1, EV_PERSIST, onWake, this));
  thread_ = std::thread([this] { ::event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY); });
}

ScriptedServers::World::~World() {
  // From inside: a break before the loop has begun would be lost.
  runInLoop([this] { ::event_base_loopbreak(base_.get()); });
  thread_.join();
}

void ScriptedServers::World::runInLoop(std::function<void()> work) {
  std::promise<void> done;
  {
    const std::lock_guard lock(mutex_);
    work_.push_back([&] {
      work();
      done.set_value();
    });
  }
  ::event_active(wake_.get(), 0, 0);
  done.get_future().wait();
}

void ScriptedServers::World::listen(UniqueFd socket, std::uint16_t port, Script script) {
  checked(::listen(socket.get(), SOMAXCONN), "listen");
  setNonBlocking(socket.get());
  Server* server = nullptr;
  {
    const std::lock_guard lock(mutex_);
    server = &servers_[port];
  }
  server->world = this;
  server->listener = std::move(socket);
  server->script = std::move(script);
  const auto onReady = [](evutil_socket_t, short, void* self) {
    auto* ready = static_cast<Server*>(self);
    ready->world->accept(*ready);
  };
  server->accepting.reset(
      ::event_new(base_.get(), server->listener.get(), EV_READ | EV_PERSIST, onReady, server));
  ::event_add(server->accepting.get(), nullptr);
}

void ScriptedServers::World::accept(Server& server) {
  for (;;) {
    UniqueFd socket(::accept(server.listener.get(), nullptr, nullptr));
    if (!socket) return;  // no one else waits, or no descriptor is left: the test will notice
    setNonBlocking(socket.get());
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    Connection& connection = server.connections.emplace_back();
    connection.world = this;
    connection.server = &server;
    connection.socket = std::move(socket);
    connection.self = std::prev(server.connections.end());
    const auto onReady = [](evutil_socket_t, short, void* self) {
      auto* ready = static_cast<Connection*>(self);
      ready->world->onReadable(*ready);
    };
    connection.reading.reset(::event_new(base_.get(), connection.socket.get(), EV_READ | EV_PERSIST,
                                         onReady, &connection));
    ::event_add(connection.reading.get(), nullptr);
    note(server, &Events::accepted, &Events::firstAccepted);
    follow(connection);
  }
}

void ScriptedServers::World::follow(Connection& connection) {
  const Script& script = connection.server->script;
  while (connection.step < script.size()) {
    const bool isReset = std::holds_alternative<Reset>(script[connection.step]);
    if (isReset) {
      // Closing with a linger time of 0 throws away what is unsent and sends a reset.
      const linger now{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(connection.socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return end(connection);
    }
    if (!perform(connection)) return;
    ++connection.step;
    connection.sent = 0;
  }
  end(connection);
}

bool ScriptedServers::World::perform(Connection& connection) {
  const Step& step = connection.server->script[connection.step];
  if (const auto* send = std::get_if<Send>(&step)) return sendSome(connection, send->bytes);
  if (const auto* pause = std::get_if<Pause>(&step)) {
    if (std::exchange(connection.paused, !connection.paused)) return true;
    const timeval duration = toTimeval(pause->duration);
    wait(connection, 0, &duration);
    return false;
  }
  if (std::holds_alternative<SendForever>(step)) {
    static const std::string kVerse(65536, 'v');
    while (sendSome(connection, kVerse)) connection.sent = 0;
    return false;
  }
  return connection.server->released;  // Silence
}

bool ScriptedServers::World::sendSome(Connection& connection, const std::string& bytes) {
  while (connection.sent < bytes.size()) {
    const ssize_t count = ::send(connection.socket.get(), bytes.data() + connection.sent,
                                 bytes.size() - connection.sent, 0);
    if (count < 0) {
      // Full, or the client has gone, which onReadable hears of.
      wait(connection, EV_WRITE);
      return false;
    }
    connection.sent += static_cast<std::size_t>(count);
    noteSent(*connection.server, static_cast<std::size_t>(count));
  }
  return true;
}

void ScriptedServers::World::wait(Connection& connection, short what, const timeval* limit) {
  const auto onReady = [](evutil_socket_t, short, void* self) {
    auto* ready = static_cast<Connection*>(self);
    ready->world->follow(*ready);
  };
  const int fd = what == 0 ? -1 : connection.socket.get();
  connection.waiting.reset(::event_new(base_.get(), fd, what, onReady, &connection));
  ::event_add(connection.waiting.get(), limit);
}

void ScriptedServers::World::onReadable(Connection& connection) {
  std::array<char, 512> buffer;
  const ssize_t count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
  if (count <= 0) return end(connection);
  const std::lock_guard lock(mutex_);
  connection.server->events.received += static_cast<std::size_t>(count);
}

void ScriptedServers::World::end(Connection& connection) {
  Server& server = *connection.server;
  // First the connection, then the news: a test that waits for the news may look at the socket.
  server.connections.erase(connection.self);
  note(server, &Events::over, &Events::lastOver);
}

int ScriptedServers::World::note(Server& server, int Events::*counter, int Events::*order) {
  int now = 0;
  {
    const std::lock_guard lock(mutex_);
    now = ++order_;
    ++(server.events.*counter);
    if (order == &Events::lastOver || server.events.*order == 0) server.events.*order = now;
  }
  changed_.notify_all();
  return now;
}

void ScriptedServers::World::noteSent(Server& server, std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    server.events.sent += bytes;
  }
  changed_.notify_all();
}

int ScriptedServers::World::release(std::uint16_t port) {
  Server& server = servers_.at(port);
  server.released = true;
  int now = 0;
  {
    const std::lock_guard lock(mutex_);
    now = ++order_;
  }
  for (auto next = server.connections.begin(); next != server.connections.end();) {
    follow(*next++);  // may destroy the connection, so we have moved on before
  }
  return now;
}

ScriptedServers::Events ScriptedServers::World::eventsOf(std::uint16_t port) const {
  const std::lock_guard lock(mutex_);
  return servers_.at(port).events;
}

bool ScriptedServers::World::waitFor(std::uint16_t port, std::chrono::milliseconds limit,
                                     const std::function<bool(const Events&)>& enough) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return enough(servers_.at(port).events); });
}

// ---- the face ----------------------------------------------------------------------------------

Script inPieces(const std::string& poem, std::size_t size, std::chrono::milliseconds pause) {
  Script script;
  for (std::size_t at = 0; at < poem.size(); at += size) {
    script.emplace_back(Send{poem.substr(at, size)});
    script.emplace_back(Pause{pause});
  }
  return script;
}

ScriptedServers::ScriptedServers() : world_(std::make_unique<World>()) {}
ScriptedServers::~ScriptedServers() = default;

Address ScriptedServers::add(Script script, const std::string& host) {
  UniqueFd socket = boundSocket({host, 0});
  const std::uint16_t port = localEndpoint(socket.get()).port();
  world_->runInLoop([&] { world_->listen(std::move(socket), port, std::move(script)); });
  return {host, port};
}

ScriptedServers::Events ScriptedServers::eventsOf(const Address& server) const {
  return world_->eventsOf(server.port);
}

bool ScriptedServers::waitForAccepted(const Address& server, int count,
                                      std::chrono::milliseconds limit) const {
  return world_->waitFor(server.port, limit,
                         [=](const Events& events) { return events.accepted >= count; });
}

bool ScriptedServers::waitForOver(const Address& server, int count,
                                  std::chrono::milliseconds limit) const {
  return world_->waitFor(server.port, limit,
                         [=](const Events& events) { return events.over >= count; });
}

bool ScriptedServers::waitForSent(const Address& server, std::size_t bytes,
                                  std::chrono::milliseconds limit) const {
  return world_->waitFor(server.port, limit,
                         [=](const Events& events) { return events.sent >= bytes; });
}

int ScriptedServers::release(const Address& server) {
  int order = 0;
  world_->runInLoop([&] { order = world_->release(server.port); });
  return order;
}

FullPort::FullPort() : listener_(boundSocket({kLoopback, 0})) {
  checked(::listen(listener_.get(), 0), "listen");
  const Endpoint endpoint = localEndpoint(listener_.get());
  address_ = {kLoopback, endpoint.port()};
  // A queue of length 0 has room for one. Some more, in case a system is more generous.
  for (int i = 0; i < 4; ++i) {
    UniqueFd& socket = queue_.emplace_back(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
    setNonBlocking(socket.get());
    static_cast<void>(::connect(socket.get(), endpoint.data(), endpoint.size()));
  }
}

RefusingPort::RefusingPort() : socket_(boundSocket({kLoopback, 0})) {
  // Bound, so that the port is ours; not listening, so that it refuses.
  address_ = {kLoopback, localEndpoint(socket_.get()).port()};
}

}  // namespace poetry::testing
