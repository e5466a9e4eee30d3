// Arena: where one parsed tree lives; freed or reused as a whole.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace schemas {

// Arena hands out memory by moving a mark and never takes single pieces back. Not thread-safe.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // make returns a default-constructed T that lives until reset.
  template <typename T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T();
  }

  // copy returns a copy of `items` that lives until reset.
  template <typename T>
  std::span<const T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    T* place = static_cast<T*>(allocate(items.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), place);
    return {place, items.size()};
  }

  // open returns room for `most` characters; close keeps the first `used` of them. Nothing else
  // may be asked of the arena in between.
  char* open(std::size_t most);
  std::string_view close(std::size_t used);

  // reset forgets everything and keeps one chunk for the next tree.
  void reset();

 private:
  void* allocate(std::size_t size, std::size_t alignment);
  void grow(std::size_t size);

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* mark_ = nullptr;
  char* end_ = nullptr;
  std::size_t first_size_ = 0;  // of the chunk that reset keeps
};

}  // namespace schemas
