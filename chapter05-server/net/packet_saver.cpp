#include "net/packet_saver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace poetry {

namespace {

#ifdef MSG_MORE
constexpr int kMoreToCome = MSG_MORE;
#else
constexpr int kMoreToCome = 0;
#endif

}  // namespace

int PacketSaver::flagsFor(int socket, bool more) {
  held_ = more;
  if (!more && !prompt_) sendAtOnce(socket);
  return more ? kMoreToCome : 0;
}

void PacketSaver::release(int socket) {
  if (std::exchange(held_, false)) sendAtOnce(socket);
}

// Turns off Nagle's algorithm: it holds small segments until earlier ones are acknowledged, and a
// delayed ACK can take 40 ms. Also flushes what MSG_MORE held.
void PacketSaver::sendAtOnce(int socket) {
  prompt_ = true;
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace poetry
