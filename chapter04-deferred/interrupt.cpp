#include "interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "common/syscall.h"

namespace poetry {

namespace {

std::atomic<int> thePipe = -1;  // a signal handler knows no object

extern "C" void noteInterrupt(int) {
  const int before = errno;
  static_cast<void>(!::write(thePipe.load(), "!", 1));
  errno = before;
}

}  // namespace

Interrupt::Interrupt(Reactor& reactor, Callback callback)
    : reactor_(reactor), callback_(std::move(callback)) {
  int ends[2];
  checked(::pipe(ends), "pipe");
  readEnd_.reset(ends[0]);
  writeEnd_.reset(ends[1]);
  setNonBlocking(readEnd_.get());
  reactor_.addReader(*this);
  thePipe = writeEnd_.get();
  struct sigaction action {};
  action.sa_handler = noteInterrupt;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  checked(::sigaction(SIGINT, &action, &before_), "sigaction");
}

Interrupt::~Interrupt() {
  ::sigaction(SIGINT, &before_, nullptr);
  thePipe = -1;
  reactor_.removeReader(*this);
}

void Interrupt::doRead() {
  char byte = 0;
  if (::read(readEnd_.get(), &byte, 1) == 1) callback_();
}

}  // namespace poetry
