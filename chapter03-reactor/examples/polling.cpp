// polling: any descriptor can be watched. This one is the standard input: what you type, or a pipe.

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "common/syscall.h"
#include "reactor/reactor.h"

class Input : public poetry::Reader {
 public:
  explicit Input(poetry::Reactor& reactor) : reactor_(reactor) {}

  int fileno() const override { return STDIN_FILENO; }
  std::string logPrefix() const override { return "the standard input"; }

  void doRead() override {
    std::array<char, 4096> buffer;
    const auto count = poetry::checked(::read(fileno(), buffer.data(), buffer.size()), "read");
    fmt::print("{} bytes\n", count);
    if (count == 0) reactor_.stop();
  }

  void connectionLost(const poetry::Failure& reason) override {
    fmt::print("The end: {}.\n", reason.message());
  }

 private:
  poetry::Reactor& reactor_;
};

int main() {
  poetry::Reactor reactor;
  Input input(reactor);
  reactor.addReader(input);
  reactor.run();
}
