#include "schemas/arena.h"

#include <algorithm>
#include <cstdint>

namespace schemas {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

}  // namespace

void Arena::grow(std::size_t size) {
  const std::size_t chunk = std::max(kChunk, 2 * size);
  chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
  if (chunks_.size() == 1) first_size_ = chunk;
  mark_ = chunks_.back().get();
  end_ = mark_ + chunk;
}

void* Arena::allocate(std::size_t size, std::size_t alignment) {
  const auto padding = [&] {
    return (alignment - reinterpret_cast<std::uintptr_t>(mark_) % alignment) % alignment;
  };
  if (mark_ == nullptr || size + padding() > static_cast<std::size_t>(end_ - mark_)) {
    grow(size + alignment);
  }
  char* place = mark_ + padding();
  mark_ = place + size;
  return place;
}

char* Arena::open(std::size_t most) {
  if (mark_ == nullptr || most > static_cast<std::size_t>(end_ - mark_)) grow(most);
  return mark_;
}

std::string_view Arena::close(std::size_t used) {
  const std::string_view text(mark_, used);
  mark_ += used;
  return text;
}

void Arena::reset() {
  if (chunks_.empty()) return;
  chunks_.resize(1);
  mark_ = chunks_.front().get();
  end_ = mark_ + first_size_;
}

}  // namespace schemas
