// libuv: sends a poem to whoever connects, with libuv.
//
//   libuv poetry/ecstasy.txt
//
// It prints its port. A client is closed when its poem has been written.

#include <uv.h>

#include <csignal>

#include "plain.h"

namespace poetry {

struct Server {
  std::string poem;
  uv_tcp_t listener{};
};

struct Client {
  uv_tcp_t socket{};
  uv_write_t write{};
};

static void check(int error, const char* what) {
  if (error == 0) return;
  std::fprintf(stderr, "%s: %s\n", what, uv_strerror(error));
  std::exit(1);
}

static void close(Client* client) {
  uv_close(reinterpret_cast<uv_handle_t*>(&client->socket),
           [](uv_handle_t* socket) { delete static_cast<Client*>(socket->data); });
}

static void onWritten(uv_write_t* write, int) {
  close(static_cast<Client*>(write->data));
}

static void onClient(uv_stream_t* listener, int error) {
  check(error, "uv_listen");
  const auto& server = *static_cast<const Server*>(listener->data);
  auto* client = new Client;
  uv_tcp_init(listener->loop, &client->socket);
  client->socket.data = client->write.data = client;
  auto* stream = reinterpret_cast<uv_stream_t*>(&client->socket);
  check(uv_accept(listener, stream), "uv_accept");
  // libuv does not write to its buffers; their type is older than const.
  const uv_buf_t poem =
      uv_buf_init(const_cast<char*>(server.poem.data()), static_cast<unsigned>(server.poem.size()));
  if (uv_write(&client->write, stream, &poem, 1, onWritten) != 0) close(client);
}

static void sayPortOf(uv_tcp_t& listener) {
  uv_os_fd_t fd = -1;
  check(uv_fileno(reinterpret_cast<uv_handle_t*>(&listener), &fd), "uv_fileno");
  sayPortOf(fd);
}

}  // namespace poetry

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  uv_loop_t* loop = uv_default_loop();
  poetry::Server server{poetry::poemFrom(argc, argv)};
  server.listener.data = &server;
  uv_tcp_init(loop, &server.listener);
  const sockaddr_in address = poetry::anyLoopbackPort();
  poetry::check(uv_tcp_bind(&server.listener, reinterpret_cast<const sockaddr*>(&address), 0),
                "uv_tcp_bind");
  auto* stream = reinterpret_cast<uv_stream_t*>(&server.listener);
  poetry::check(uv_listen(stream, SOMAXCONN, poetry::onClient), "uv_listen");
  poetry::sayPortOf(server.listener);
  uv_run(loop, UV_RUN_DEFAULT);
}
