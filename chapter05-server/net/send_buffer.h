#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace poetry {

// Bytes that wait for room in the kernel. Most connections never have any: while it is empty, this
// is one null pointer.
class SendBuffer {
 public:
  bool empty() const { return bytes_ == nullptr; }
  std::size_t size() const { return view().size(); }

  // The bytes, in order; valid until the next append or consume.
  std::string_view view() const {
    return empty() ? std::string_view() : std::string_view(bytes_->all).substr(bytes_->gone);
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    if (empty()) bytes_ = std::make_unique<Bytes>();
    bytes_->all.append(bytes);
  }

  // The first `count` bytes were sent. What is left moves to the front only now and then: in all no
  // more bytes are moved than sent, however small the pieces that the kernel takes.
  void consume(std::size_t count) {
    if (count == size()) return bytes_.reset();
    bytes_->gone += count;
    if (bytes_->gone > bytes_->all.size() / 2) {
      bytes_->all.erase(0, bytes_->gone);
      bytes_->gone = 0;
    }
  }

 private:
  struct Bytes {
    std::string all;
    std::size_t gone = 0;  // how many at the front were sent already
  };

  std::unique_ptr<Bytes> bytes_;
};

}  // namespace poetry
