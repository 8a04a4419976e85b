#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/address.h"
#include "net/protocol.h"
#include "reactor/delayed_call.h"
#include "reactor/failure.h"

namespace poetry {

// Something with a descriptor that the reactor watches for it: a socket, a pipe, a terminal. The
// reactor does not own it: remove it from the reactor before it is destroyed.
class Watched {
 public:
  virtual ~Watched() = default;

  // The descriptor. The same one for as long as the reactor watches it, and open.
  virtual int fileno() const = 0;

  // What to call it in the reactor's messages. Asked once, when it is added.
  virtual std::string logPrefix() const = 0;

  // Called by the reactor, which has removed it already: because doRead or doWrite threw `reason`,
  // or because the reactor has stopped. It may destroy itself.
  virtual void connectionLost(const Failure& reason) = 0;
};

// Watched for something to read: bytes, the end, or an error, which reading will tell.
class Reader : public virtual Watched {
 public:
  // Called by the reactor whenever there is something to read (level-triggered). Must read some of
  // it, or it is called again at once, forever; must not wait. May remove and destroy itself.
  virtual void doRead() = 0;
};

// Watched for room to write. A connecting socket has room when it has connected or failed.
class Writer : public virtual Watched {
 public:
  // Called by the reactor whenever there is room. The same rules.
  virtual void doWrite() = 0;
};

// Is told what a loop does, as it does it: for recordings. `task` is as in Reactor::setTask.
class LoopObserver {
 public:
  virtual ~LoopObserver() = default;
  virtual void loopWaiting() = 0;
  virtual void loopHandling() = 0;
  virtual void handling(int task) = 0;  // a handler begins
  virtual void handled(int task) = 0;   // it has returned
  virtual void connected(int task) = 0;
  virtual void received(int task, std::size_t bytes) = 0;
};

// What makes calls later: a reactor, or a test's Clock.
class ReactorTime {
 public:
  virtual ~ReactorTime() = default;

  // Calls `callback` after `delay`, never from within callLater itself. Calls of one instant are
  // made in the order in which they were asked for.
  virtual DelayedCall callLater(Duration delay, Callback callback,
                                CallSite where = CallSite::here()) = 0;
};

// The loop of chapter 2, and nothing of its poetry: waits until something can go on, calls the
// handler for it, and does so again until it is stopped. Twisted's reactor, in its own words.
//
// All callbacks, here called handlers, run in the thread that called run(), one after the other. A
// handler that takes long makes all others wait, and nothing can interrupt it. What a handler
// throws is reported, and the loop goes on.
//
// It belongs to the thread that called run(), or before that to the one that made it. From any
// other thread, stop, the calls, descriptors and connections throw WrongThread, all but
// callFromThread.
class Reactor : public ReactorTime {
 public:
  // ---- the loop ----

  // Runs until stop(). While it does, SIGINT and SIGTERM stop it. (Signals belong to the process:
  // if several reactors run, they stop the one that was first.) At its end the reactor lets go of
  // all connections and descriptors, and tells them so by connectionLost.
  // Throws ReactorAlreadyRunning or, the second time, ReactorNotRestartable. If the observer has
  // thrown, it stops by itself, and throws that.
  virtual void run() = 0;

  // Ends run(), when the handler that calls this has returned; no other handler is called. Throws
  // ReactorNotRunning if it is not running, or was stopped already.
  virtual void stop() = 0;

  virtual bool running() const = 0;

  // The signal that stopped it, or 0.
  virtual int stoppedBySignal() const = 0;

  // ---- calls ----

  // Calls `callback` in the loop, soon. From a handler too.
  virtual void callWhenRunning(Callback callback, CallSite where = CallSite::here()) = 0;

  // The same, from any thread: the only function that may be called from another one. A reactor
  // that has stopped drops the callback.
  virtual void callFromThread(Callback callback, CallSite where = CallSite::here()) = 0;

  // ---- descriptors ----

  // Watches a descriptor from now on. Adding it again changes nothing, nor does removing what is
  // not there. Once removed it is not called, not even if it was ready already. addReader and
  // addWriter throw std::runtime_error if the descriptor cannot be watched.
  virtual void addReader(Reader& reader) = 0;
  virtual void removeReader(Reader& reader) = 0;
  virtual void addWriter(Writer& writer) = 0;
  virtual void removeWriter(Writer& writer) = 0;

  // ---- connections ----

  static constexpr Duration kTimeLimit = std::chrono::seconds(30);

  // Connects to a server, and gives the connection a protocol that `factory` builds. Tries all
  // addresses of a name, one after the other, and gives up after `limit`. Returns at once; the
  // factory is told later. It is kept until then, and for as long as its protocol lives.
  virtual void connectTCP(const Address& server, std::shared_ptr<ClientFactory> factory,
                          Duration limit = kTimeLimit) = 0;

  // Looks up the addresses of a host without blocking the loop. Calls one of the two, once, later;
  // the second one also if the reactor stops first.
  using Resolved = std::function<void(std::vector<Endpoint>)>;
  using NotResolved = std::function<void(const Failure&)>;
  virtual void resolve(const Address& server, Resolved resolved, NotResolved notResolved) = 0;

  // ---- what it says about itself ----

  // Whether it warns of a handler that holds the loop for longer than 100 ms, and of a reader that
  // stays ready and never reads. It does unless told otherwise.
  virtual void setWarnings(bool on) = 0;

  // Where warnings and the errors of callbacks go, a line each; standard error, unless set.
  using Log = std::function<void(const std::string&)>;
  virtual void setLog(Log log) = 0;

  // Not owned. One at most; null for none.
  virtual void setObserver(LoopObserver* observer) = 0;

  // The task that we are working for: 0, none, until set. Whatever is handed to the reactor, a
  // call, a descriptor, a connection, remembers the task of that moment, and its handler works for
  // it. So all that comes of a task is known to be of that task, however many calls later.
  virtual void setTask(int task) = 0;
};

}  // namespace poetry
