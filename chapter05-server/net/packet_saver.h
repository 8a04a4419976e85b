#pragma once

namespace poetry {

// A trick that saves packets. A connection would work as well without it, and send more of them.
//
// While one of the protocol's functions is running, the kernel keeps what does not fill a packet.
// Perhaps there is more to come, or the connection is closed, and then the end goes out in the same
// packet. When the function has returned, what was kept goes out at once. Only Linux can be told
// that more will come.
class PacketSaver {
 public:
  // The flags for the next send() of this socket. `more`: the protocol's function is still running.
  int flagsFor(int socket, bool more);

  // The protocol's function has returned.
  void release(int socket);

 private:
  void sendAtOnce(int socket);

  bool held_ = false;    // the kernel keeps something
  bool prompt_ = false;  // small segments go out at once
};

}  // namespace poetry
