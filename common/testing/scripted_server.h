#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/address.h"
#include "common/unique_fd.h"

namespace poetry::testing {

// What a scripted server does with one client, step by step. A script that has ended closes the
// connection cleanly, which is how a poem ends.
struct Send {
  std::string bytes;  // in one piece, if the kernel takes it
};
struct Pause {
  std::chrono::milliseconds duration;
};
struct Silence {};      // nothing, until release() is called or the client goes
struct Reset {};        // breaks the connection: the client's next recv is ECONNRESET
struct SendForever {};  // as fast as the client takes it, until the client goes
using Step = std::variant<Send, Pause, Silence, Reset, SendForever>;
using Script = std::vector<Step>;

// Sends `poem` in pieces of `size` bytes, with a pause after each.
Script inPieces(const std::string& poem, std::size_t size, std::chrono::milliseconds pause);

// Servers for tests, in one thread of their own, each on a port that the system picks and each
// following its script for every client that comes. Made to test clients from outside: it counts
// what happened, so that a test can wait for an event instead of sleeping.
//
// The thread ends with the object; so do all listeners and connections. All functions may be called
// from the test's thread.
class ScriptedServers {
 public:
  ScriptedServers();
  ~ScriptedServers();
  ScriptedServers(const ScriptedServers&) = delete;
  ScriptedServers& operator=(const ScriptedServers&) = delete;

  // One more server. Returns where it is. Throws std::system_error if the host is not ours.
  Address add(Script script, const std::string& host = kLoopback);

  // What happened at a server until now. `order` counts all events of all servers, so that two
  // events can be put in order; 0 means that it has not happened.
  struct Events {
    int accepted = 0;          // clients that came
    int over = 0;              // clients that are gone: the script ended or they left
    std::size_t received = 0;  // bytes; a client of slow poetry has nothing to say
    std::size_t sent = 0;      // bytes that the kernel took, to all of them
    int firstAccepted = 0;     // when, in order
    int lastOver = 0;
  };
  Events eventsOf(const Address& server) const;

  // Waits until that many clients have come (are gone). False if that took longer than `limit`.
  bool waitForAccepted(const Address& server, int count, std::chrono::milliseconds limit) const;
  bool waitForOver(const Address& server, int count, std::chrono::milliseconds limit) const;
  bool waitForSent(const Address& server, std::size_t bytes, std::chrono::milliseconds limit) const;

  // Ends a Silence, this and every later one of the server. Returns its place in the order.
  int release(const Address& server);

 private:
  class World;
  std::unique_ptr<World> world_;
};

// A port where the connection is never made: a listener that never accepts, and whose queue is
// full. The kernel drops the next client's request, and that client tries again, for minutes.
class FullPort {
 public:
  FullPort();
  Address address() const { return address_; }

 private:
  UniqueFd listener_;
  std::vector<UniqueFd> queue_;
  Address address_;
};

// A port where no one listens, and no one else can while this object lives.
class RefusingPort {
 public:
  RefusingPort();
  Address address() const { return address_; }

 private:
  UniqueFd socket_;
  Address address_;
};

}  // namespace poetry::testing
