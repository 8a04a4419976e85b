#include "reactor/interrupt.h"

#include <utility>

namespace poetry {

Interrupt::Interrupt(Reactor& reactor, Callback callback, std::initializer_list<int> signals)
    : reactor_(reactor), callback_(std::move(callback)) {
  reactor_.addReader(*this);
  signals_.take(signals);
}

void Interrupt::doRead() {
  if (signals_.read() == 0) return;
  const Callback callback = std::move(callback_);  // it may destroy us
  callback();
}

}  // namespace poetry
