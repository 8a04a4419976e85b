// asio POEM: sends a poem to each client, with standalone Asio, and closes when it is written.

#include <asio.hpp>
#include <memory>

#include "plain.h"

using asio::ip::tcp;

static void acceptNext(tcp::acceptor& acceptor, const std::string& poem) {
  acceptor.async_accept([&](const asio::error_code& error, tcp::socket accepted) {
    if (!error) {
      auto client = std::make_unique<tcp::socket>(std::move(accepted));
      tcp::socket& socket = *client;
      asio::async_write(socket, asio::buffer(poem),
                        [client = std::move(client)](const asio::error_code&, std::size_t) {});
    }
    acceptNext(acceptor, poem);
  });
}

int main(int, char** argv) {
  const std::string poem = poemIn(argv[1]);
  asio::io_context context(1);  // one thread
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  sayPortOf(acceptor.native_handle());
  acceptNext(acceptor, poem);
  context.run();
}
