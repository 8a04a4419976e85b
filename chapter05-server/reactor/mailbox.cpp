#include "reactor/mailbox.h"

#include <utility>

namespace poetry {

void Mailbox::post(Callback callback, CallSite where) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  letters_.push_back({std::move(callback), where});
  // One byte wakes the loop, however many letters there are.
  if (letters_.size() == 1) pipe_.write(0);
}

std::vector<Mailbox::Letter> Mailbox::takeLetters() {
  const std::lock_guard lock(mutex_);
  pipe_.drain();
  return std::exchange(letters_, {});
}

void Mailbox::close() {
  std::vector<Letter> unread;  // destroyed last, and outside the lock: a callback may post
  const std::lock_guard lock(mutex_);
  open_ = false;
  unread.swap(letters_);
}

}  // namespace poetry
