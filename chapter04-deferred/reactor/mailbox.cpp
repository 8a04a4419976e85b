#include "reactor/mailbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "common/syscall.h"

namespace poetry {

Mailbox::Mailbox() {
  std::array<int, 2> ends{};
  checked(::pipe(ends.data()), "pipe");
  readEnd_.reset(ends[0]);
  writeEnd_.reset(ends[1]);
  for (const int end : ends) {
    setNonBlocking(end);
    checked(::fcntl(end, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
  }
}

void Mailbox::post(Callback callback, CallSite where) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  letters_.push_back({std::move(callback), where});
  // One byte wakes the loop, however many letters there are. A full pipe (EAGAIN) is just as good.
  const char wake = 0;
  if (letters_.size() == 1) static_cast<void>(::write(writeEnd_.get(), &wake, 1));
}

std::vector<Mailbox::Letter> Mailbox::takeLetters() {
  const std::lock_guard lock(mutex_);
  return std::exchange(letters_, {});
}

int Mailbox::takeSignal() {
  int signal = 0;
  std::array<unsigned char, 64> bytes;
  ssize_t count = 0;
  while ((count = ::read(readEnd_.get(), bytes.data(), bytes.size())) > 0) {
    for (ssize_t i = 0; i < count; ++i) {
      if (bytes[static_cast<std::size_t>(i)] != 0) signal = bytes[static_cast<std::size_t>(i)];
    }
  }
  return signal;
}

void Mailbox::close() {
  std::vector<Letter> unread;  // destroyed last, and outside the lock: a callback may post
  const std::lock_guard lock(mutex_);
  open_ = false;
  unread.swap(letters_);
}

}  // namespace poetry
