#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "deferred/memory/counted.h"

namespace poetry::detail {

struct State;

// One link of a chain: what a Deferred has to do next, with its result.
struct Link {
  virtual ~Link() = default;

  // Takes the result of `deferred` and leaves another one. Returns the Deferred whose turn it is
  // now, if this link has handed the result over to one; else null. Throws nothing.
  virtual Ref<State> run(State& deferred) = 0;

  std::uint32_t size = 0;  // in the queue
  bool trivial = false;    // its destructor does nothing, and need not be called

  static constexpr bool kTrivial = false;
};

// The links of one chain, first in, first out. They lie one after the other in blocks of memory: a
// chain of ten callbacks costs one block instead of ten objects, and a chain of one costs nothing,
// because the first block is part of the queue.
class LinkQueue {
 public:
  LinkQueue() = default;
  LinkQueue(const LinkQueue&) = delete;
  LinkQueue& operator=(const LinkQueue&) = delete;
  ~LinkQueue() { clear(); }

  void clear() {
    for (Link* link = front(); link != nullptr;) link = pop(link);
    if (own_.next != nullptr) release(*own_.next);
  }

  // The first one, or null.
  Link* front() {
    Block* block = firstBlock();
    if (block == nullptr || block->begin == block->end) return nullptr;
    return linkAt(*block, block->begin);
  }

  // Makes an L at the end.
  template <typename L, typename... Arguments>
  void push(Arguments&&... arguments) {
    constexpr std::size_t kSize = (sizeof(L) + kAlignment - 1) / kAlignment * kAlignment;
    static_assert(alignof(L) <= kAlignment && kSize <= kLargest,
                  "a callback as large as this, or aligned like this, is to be kept by a pointer");
    Block& block = blockFor(kSize);
    L* link = ::new (bytesOf(block) + block.end) L(std::forward<Arguments>(arguments)...);
    link->size = kSize;
    link->trivial = L::kTrivial;
    block.end = static_cast<std::uint16_t>(block.end + kSize);
  }

  // Destroys `first`, which may push others on its way out. Returns the one after it, or null.
  Link* pop(Link* first) {
    Block* block = firstBlock();
    std::byte* next = reinterpret_cast<std::byte*>(first) + first->size;
    if (!first->trivial) first->~Link();
    block->begin = static_cast<std::uint16_t>(next - bytesOf(*block));
    if (block->begin != block->end) return std::launder(reinterpret_cast<Link*>(next));
    release(*block);
    return front();
  }

 private:
  static constexpr std::size_t kAlignment = alignof(void*);
  static constexpr std::size_t kRoom = 48;         // of the first block: a callback or two
  static constexpr std::size_t kSmall = 512;       // of the second one
  static constexpr std::size_t kLarge = 4096;      // of all others
  static constexpr std::size_t kLargest = 60'000;  // what 16 bits can count

  // Its bytes come right after it.
  struct Block {
    Block* next = nullptr;
    std::uint16_t capacity = 0;
    std::uint16_t begin = 0;  // where the first link is
    std::uint16_t end = 0;    // where the next one will be
  };

  static std::byte* bytesOf(Block& block) { return reinterpret_cast<std::byte*>(&block + 1); }

  static Link* linkAt(Block& block, std::size_t offset) {
    return std::launder(reinterpret_cast<Link*>(bytesOf(block) + offset));
  }

  // The one with the first link. The last block may be empty: it was made for a link that could
  // then not be made itself.
  Block* firstBlock() { return own_.begin != own_.end ? &own_ : own_.next; }

  Block& blockFor(std::size_t size) {
    if (last_->end + size <= last_->capacity) return *last_;
    const std::size_t usual = (last_ == &own_ ? kSmall : kLarge) - sizeof(Block);
    const std::size_t capacity = size > usual ? size : usual;
    last_->next = ::new (::operator new(sizeof(Block) + capacity)) Block;
    last_ = last_->next;
    last_->capacity = static_cast<std::uint16_t>(capacity);
    return *last_;
  }

  void release(Block& block) {
    if (&block == &own_) {
      own_.begin = own_.end = 0;
      return;
    }
    own_.next = block.next;
    if (last_ == &block) last_ = &own_;
    ::operator delete(&block);
  }

  Block own_ = {nullptr, kRoom, 0, 0};
  [[maybe_unused]] std::byte ownBytes_[kRoom];
  Block* last_ = &own_;
};

}  // namespace poetry::detail
