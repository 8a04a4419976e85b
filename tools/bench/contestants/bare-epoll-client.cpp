// bare-epoll-client: fetches poems with epoll and does nothing else: the clients' yardstick.
//
//   bare-epoll-client 127.0.0.1:10000 127.0.0.1:10001
//
// It does what every such client has to: a non-blocking connect for each poem, one epoll for them
// all, recv until the server closes, and it keeps the poems. One epoll registration does for a
// whole connection, since recv also tells how connecting went; and it reads once each time epoll
// calls, since epoll calls again if that was not all.

#include "plain.h"

struct Poem {
  int socket = -1;
  std::string bytes;
};

static int portIn(std::string_view address) {
  return std::atoi(address.substr(address.find(':') + 1).data());
}

// Returns whether that was the poem's end.
static bool readSome(Poem& poem) {
  static char buffer[4096];
  const ssize_t count = must(::recv(poem.socket, buffer, sizeof buffer, 0), "recv");
  poem.bytes.append(buffer, static_cast<std::size_t>(count));
  if (count == 0) ::close(poem.socket);
  return count == 0;
}

int main(int argc, char** argv) {
  takeAllDescriptors();
  const int epoll = makeEpoll();
  std::vector<Poem> poems(static_cast<std::size_t>(argc - 1));
  for (Poem& poem : poems) {
    poem.socket = connectTo(portIn(*++argv), SOCK_NONBLOCK);
    watch(epoll, poem.socket, {.ptr = &poem});
  }
  for (std::size_t underWay = poems.size(); underWay > 0;) {
    eachReady(epoll, -1, [&](epoll_data data) {
      if (readSome(*static_cast<Poem*>(data.ptr))) --underWay;
    });
  }
}
