// asio: sends a poem to whoever connects, with standalone Asio.
//
//   asio poetry/ecstasy.txt
//
// It prints its port. A client's socket is closed when its poem has been written.

#include <asio.hpp>
#include <memory>

#include "plain.h"

namespace poetry {

using asio::ip::tcp;

class Server {
 public:
  Server(asio::io_context& context, std::string poem)
      : poem_(std::move(poem)), acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {
    sayPort(acceptor_.local_endpoint().port());
    acceptNext();
  }

 private:
  void acceptNext() {
    acceptor_.async_accept([this](const asio::error_code& error, tcp::socket client) {
      if (!error) send(std::make_unique<tcp::socket>(std::move(client)));
      acceptNext();
    });
  }

  void send(std::unique_ptr<tcp::socket> client) {
    tcp::socket& socket = *client;
    asio::async_write(socket, asio::buffer(poem_),
                      [client = std::move(client)](const asio::error_code&, std::size_t) {});
  }

  std::string poem_;
  tcp::acceptor acceptor_;
};

}  // namespace poetry

int main(int argc, char** argv) {
  asio::io_context context(1);  // one thread
  const poetry::Server server(context, poetry::poemFrom(argc, argv));
  context.run();
}
