#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

// You can skip this: it is a std::any, faster, and for values that can only be moved, too. A
// callback that gets a number and returns one costs 7 ns with it, and 18 if each number lies on the
// heap.

namespace poetry::detail {

// How to destroy a value of some type, and how to move it to another room, so that nothing is left
// here. Its address tells types apart.
struct Type {
  void (*destroy)(void* room);         // null: nothing to do
  void (*move)(void* from, void* to);  // null: copy the bytes
};

// Room for one value, of any type; the code that takes it must know which. Most values lie in the
// slot itself: so the result of a chain can go from type to type and never ask for memory.
class Slot {
  static constexpr std::size_t kRoom = 32;  // a std::string

  template <typename T>
  static constexpr bool kFits = sizeof(T) <= kRoom && alignof(T) <= alignof(void*);

  template <typename T>
  static void destroy(void* room) {
    if constexpr (kFits<T>) {
      std::destroy_at(std::launder(static_cast<T*>(room)));
    } else {
      delete *std::launder(static_cast<T**>(room));
    }
  }

  template <typename T>
  static void move(void* from, void* to) {
    T* value = std::launder(static_cast<T*>(from));
    ::new (to) T(std::move(*value));
    std::destroy_at(value);
  }

  template <typename T>
  static constexpr Type typeOf() {
    if constexpr (!kFits<T>) {
      return {&destroy<T>, nullptr};
    } else if constexpr (std::is_trivially_copyable_v<T>) {
      return {nullptr, nullptr};
    } else {
      return {&destroy<T>, &move<T>};
    }
  }

 public:
  template <typename T>
  static constexpr Type kType = typeOf<T>();

  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { clear(); }

  template <typename T>
  bool isA() const {
    return type_ == &kType<T>;
  }

  bool isA(const Type* type) const { return type_ == type; }

  bool isEmpty() const { return type_ == nullptr; }

  // Only if it holds a T.
  template <typename T>
  T& get() {
    if constexpr (kFits<T>) {
      return *std::launder(reinterpret_cast<T*>(room_));
    } else {
      return **std::launder(reinterpret_cast<T**>(room_));
    }
  }

  // Makes a T of `arguments`, which must not lie in this slot. If that throws, the slot is empty.
  template <typename T, typename... Arguments>
  void emplace(Arguments&&... arguments) {
    clear();
    if constexpr (kFits<T>) {
      ::new (static_cast<void*>(room_)) T(std::forward<Arguments>(arguments)...);
    } else {
      ::new (static_cast<void*>(room_)) T*(new T(std::forward<Arguments>(arguments)...));
    }
    type_ = &kType<T>;
  }

  // Takes the value of `other`, which is empty afterwards. If moving it throws, this slot is empty.
  void takeFrom(Slot& other) {
    clear();
    const Type* type = other.type_;
    if (type == nullptr) return;
    if (type->move == nullptr) {
      std::memcpy(room_, other.room_, kRoom);
    } else {
      type->move(other.room_, room_);
    }
    type_ = std::exchange(other.type_, nullptr);
  }

  void clear() {
    const Type* type = std::exchange(type_, nullptr);
    if (type != nullptr && type->destroy != nullptr) type->destroy(room_);
  }

 private:
  alignas(void*) std::byte room_[kRoom];
  const Type* type_ = nullptr;  // null: empty
};

}  // namespace poetry::detail
