// PooledMemory: the memory that one Xerces reader and its grammar pool live in.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>
#include <xercesc/framework/MemoryManager.hpp>

namespace schemas {

// PooledMemory keeps what Xerces gives back on lists by size, because a reader makes and frees
// about 100 KiB for each document, and counts the bytes in use: names that a peer invents stay
// in Xerces' pools, and this count is how that is seen. Everything is returned to the heap when
// the object is destroyed, except blocks above kLargestPooled, which come and go at once.
// Not thread-safe: one for each reader.
class PooledMemory final : public xercesc::MemoryManager {
 public:
  PooledMemory() = default;
  PooledMemory(const PooledMemory&) = delete;
  PooledMemory& operator=(const PooledMemory&) = delete;

  xercesc::MemoryManager* getExceptionMemoryManager() override;
  void* allocate(XMLSize_t size) override;
  void deallocate(void* block) override;

  // live_bytes is what Xerces holds at this moment, rounded up block by block.
  [[nodiscard]] std::size_t live_bytes() const { return live_bytes_; }

  static constexpr std::size_t kLargestPooled = std::size_t{1} << 20U;

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kStep = 16;
  static constexpr std::size_t kSteps = 64;   // 16, 32 ... 1024
  static constexpr std::size_t kPowers = 10;  // 2 KiB ... 1 MiB

  static std::size_t index_of(std::size_t size);
  static std::size_t size_of(std::size_t index);
  std::byte* carve(std::size_t size);

  std::array<Free*, kSteps + kPowers> free_{};
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* mark_ = nullptr;
  std::size_t room_ = 0;
  std::size_t live_bytes_ = 0;
};

}  // namespace schemas
