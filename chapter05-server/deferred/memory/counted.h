#pragma once

#include <cstdint>
#include <utility>

// You can skip this: Ref and WeakRef are std::shared_ptr and std::weak_ptr, faster. A callback that
// returns a Deferred costs 30 ns with them instead of 64; and a million Deferreds that own each
// other can go without overflowing the stack.

namespace poetry::detail {

template <typename T>
class Ref;
template <typename T>
class WeakRef;

// What Ref and WeakRef count: a base for T. When the last Ref goes, T::dispose() lets go of all
// that the object holds; when the last WeakRef has gone too, the object is deleted. Like
// std::shared_ptr, but for one thread, which makes a handle as cheap as a pointer; and an object
// that owns one that owns one, a million times, is disposed of without a million nested calls.
template <typename T>
class Counted {
  friend Ref<T>;
  friend WeakRef<T>;

  // One after the other: an object that is let go of while another one is waits for its turn, even
  // if that comes after the end of the block where its last Ref was. Not inlined: it would make
  // every place long where a handle goes, and few of those are the last one.
  [[gnu::noinline]] static void letGo(T* object) noexcept {
    static thread_local T* waiting = nullptr;
    static thread_local bool busy = false;
    object->next_ = std::exchange(waiting, object);
    if (std::exchange(busy, true)) return;
    while (waiting != nullptr) {
      T* next = std::exchange(waiting, waiting->next_);
      next->dispose();
      forget(next);
    }
    busy = false;
  }

  static void forget(T* object) noexcept {
    if (--object->weakRefs_ == 0) delete object;
  }

  std::uint32_t refs_ = 0;
  std::uint32_t weakRefs_ = 1;  // and one for all Refs together
  T* next_ = nullptr;           // that waits to be disposed of
};

// Owns a T, together with all other Refs to it.
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) ++object_->refs_;
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr && --object_->refs_ == 0) Counted<T>::letGo(object_);
  }

  explicit operator bool() const { return object_ != nullptr; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  friend WeakRef<T>;

  T* object_ = nullptr;
};

// Knows a T without owning it.
template <typename T>
class WeakRef {
 public:
  WeakRef() = default;
  explicit WeakRef(const Ref<T>& ref) : object_(ref.object_) {
    if (object_ != nullptr) ++object_->weakRefs_;
  }
  WeakRef(const WeakRef&) = delete;
  WeakRef(WeakRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  WeakRef& operator=(WeakRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~WeakRef() {
    if (object_ != nullptr) Counted<T>::forget(object_);
  }

  // The object, or nothing if it is gone.
  Ref<T> lock() const {
    return Ref<T>(object_ != nullptr && object_->refs_ > 0 ? object_ : nullptr);
  }

 private:
  T* object_ = nullptr;
};

}  // namespace poetry::detail
