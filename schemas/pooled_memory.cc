#include "schemas/pooled_memory.h"

#include <bit>
#include <new>
#include <xercesc/util/PlatformUtils.hpp>

namespace schemas {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

// Before each block stands its size, rounded; 16 octets so that the block stays aligned.
constexpr std::size_t kHeader = 16;

}  // namespace

std::size_t PooledMemory::index_of(std::size_t size) {
  if (size <= kStep * kSteps) return size == 0 ? 0 : (size - 1) / kStep;
  return kSteps + static_cast<std::size_t>(std::bit_width(size - 1)) -
         11;  // 1025..2048 is the first
}

std::size_t PooledMemory::size_of(std::size_t index) {
  return index < kSteps ? (index + 1) * kStep : std::size_t{2048} << (index - kSteps);
}

std::byte* PooledMemory::carve(std::size_t size) {
  if (size >= kChunk / 4) {
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    return chunks_.back().get();
  }
  if (size > room_) {
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kChunk));
    mark_ = chunks_.back().get();
    room_ = kChunk;
  }
  std::byte* place = mark_;
  mark_ += size;
  room_ -= size;
  return place;
}

xercesc::MemoryManager* PooledMemory::getExceptionMemoryManager() {
  // An exception may outlive the reader that threw it.
  return xercesc::XMLPlatformUtils::fgMemoryManager;
}

void* PooledMemory::allocate(XMLSize_t size) {
  std::byte* block = nullptr;
  std::size_t rounded = size;
  if (size > kLargestPooled) {
    block = static_cast<std::byte*>(::operator new(kHeader + size));
  } else {
    const std::size_t index = index_of(size);
    rounded = size_of(index);
    if (Free* reused = free_[index]; reused != nullptr) {
      free_[index] = reused->next;
      block = reinterpret_cast<std::byte*>(reused) - kHeader;
    } else {
      block = carve(kHeader + rounded);
    }
  }
  ::new (block) std::size_t(rounded);
  live_bytes_ += rounded;
  return block + kHeader;
}

void PooledMemory::deallocate(void* block) {
  if (block == nullptr) return;
  std::byte* const start = static_cast<std::byte*>(block) - kHeader;
  const std::size_t rounded = *std::launder(reinterpret_cast<std::size_t*>(start));
  live_bytes_ -= rounded;
  if (rounded > kLargestPooled) {
    ::operator delete(start);
    return;
  }
  Free*& head = free_[index_of(rounded)];
  head = ::new (block) Free{head};
}

}  // namespace schemas
