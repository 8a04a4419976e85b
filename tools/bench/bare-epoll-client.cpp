// bare-epoll-client: fetches poems with epoll and does nothing else: the benchmark's yardstick.
//
//   bare-epoll-client 127.0.0.1:10000 127.0.0.1:10001
//
// It does what every such client has to: a non-blocking connect for each poem, one epoll for them
// all, recv until the server closes, and it keeps the poems. It has no report, no exceptions, no
// second address to try and no command line to speak of. One epoll registration does for a whole
// connection, since recv also tells how connecting went; and it reads once each time epoll calls,
// since epoll calls again if that was not all.
//
// How it fails: whatever goes wrong first ends it, by name, exit code 1. Wrong arguments: 2.
// How it stops: after the last poem, with one line that says how many bytes there were.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

struct Poem {
  int socket = -1;
  std::string bytes;
};

[[noreturn]] static void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

static sockaddr_in parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (colon == std::string::npos ||
      ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    std::fprintf(stderr, "bare-epoll-client: '%s' is not number.of.a.host:port\n", text.c_str());
    std::exit(2);
  }
  const unsigned long port = std::strtoul(text.c_str() + colon + 1, nullptr, 10);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

static void startConnecting(Poem& poem, const sockaddr_in& server, int epoll) {
  poem.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (poem.socket < 0) die("socket");
  const auto* generic = reinterpret_cast<const sockaddr*>(&server);
  if (::connect(poem.socket, generic, sizeof server) < 0 && errno != EINPROGRESS) die("connect");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &poem;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, poem.socket, &event) < 0) die("epoll_ctl");
}

// Returns whether that was the poem's end.
static bool readSome(Poem& poem) {
  static char buffer[4096];
  const ssize_t count = ::recv(poem.socket, buffer, sizeof buffer, 0);
  if (count < 0) die("recv");
  poem.bytes.append(buffer, static_cast<std::size_t>(count));
  if (count == 0) ::close(poem.socket);
  return count == 0;
}

int main(int argc, char** argv) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);

  const int epoll = ::epoll_create1(0);
  if (epoll < 0) die("epoll_create1");
  std::vector<Poem> poems(static_cast<std::size_t>(argc - 1));
  for (std::size_t i = 0; i < poems.size(); ++i)
    startConnecting(poems[i], parse(argv[i + 1]), epoll);

  for (std::size_t underWay = poems.size(); underWay > 0;) {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll, events, 256, -1);
    if (count < 0) die("epoll_wait");
    for (int i = 0; i < count; ++i) underWay -= readSome(*static_cast<Poem*>(events[i].data.ptr));
  }

  std::size_t bytes = 0;
  for (const Poem& poem : poems) bytes += poem.bytes.size();
  std::printf("%zu poems, %zu bytes\n", poems.size(), bytes);
}
