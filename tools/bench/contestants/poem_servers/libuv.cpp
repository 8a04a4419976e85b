// libuv POEM: sends a poem to each client, with libuv, and closes when it has been written.

#include <uv.h>

#include <csignal>

#include "plain.h"

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

static void onWritten(uv_write_t* write, int) {
  uv_close(reinterpret_cast<uv_handle_t*>(write->handle),
           [](uv_handle_t* socket) { delete static_cast<Client*>(socket->data); });
}

static void onClient(uv_stream_t* listener, int error) {
  check(error, "uv_listen");
  const auto& server = *static_cast<const Server*>(listener->data);
  auto* client = new Client;
  uv_tcp_init(listener->loop, &client->socket);
  client->socket.data = client;
  auto* stream = reinterpret_cast<uv_stream_t*>(&client->socket);
  check(uv_accept(listener, stream), "uv_accept");
  // libuv does not write to its buffers; their type is older than const.
  const uv_buf_t poem =
      uv_buf_init(const_cast<char*>(server.poem.data()), static_cast<unsigned>(server.poem.size()));
  check(uv_write(&client->write, stream, &poem, 1, onWritten), "uv_write");
}

int main(int, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  uv_loop_t* loop = uv_default_loop();
  Server server{poemIn(argv[1])};
  server.listener.data = &server;
  uv_tcp_init(loop, &server.listener);
  check(uv_tcp_bind(&server.listener, Loopback().data(), 0), "uv_tcp_bind");
  check(uv_listen(reinterpret_cast<uv_stream_t*>(&server.listener), SOMAXCONN, onClient),
        "uv_listen");
  uv_os_fd_t fd = -1;
  check(uv_fileno(reinterpret_cast<uv_handle_t*>(&server.listener), &fd), "uv_fileno");
  sayPortOf(fd);
  uv_run(loop, UV_RUN_DEFAULT);
}
