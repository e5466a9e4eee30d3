#include "schemas/pooled_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace schemas {
namespace {

TEST(PooledMemory, CountsWhatIsInUse) {
  PooledMemory memory;
  EXPECT_EQ(memory.live_bytes(), 0U);
  void* small = memory.allocate(1);
  void* middle = memory.allocate(1025);
  void* huge = memory.allocate(PooledMemory::kLargestPooled + 1);
  EXPECT_EQ(memory.live_bytes(), 16U + 2048U + PooledMemory::kLargestPooled + 1U);
  memory.deallocate(middle);
  memory.deallocate(nullptr);
  memory.deallocate(huge);
  memory.deallocate(small);
  EXPECT_EQ(memory.live_bytes(), 0U);
}

TEST(PooledMemory, ReusesBlocksOfASize) {
  PooledMemory memory;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{1024}, std::size_t{1025},
        std::size_t{100'000}, PooledMemory::kLargestPooled}) {
    void* block = memory.allocate(size);
    memory.deallocate(block);
    EXPECT_EQ(memory.allocate(size), block) << size;
    memory.deallocate(block);
  }
}

TEST(PooledMemory, BlocksOfEverySizeAreApartAndAligned) {
  PooledMemory memory;
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t size = 0; size < 5'000; size += 3) {
    auto* block = static_cast<unsigned char*>(memory.allocate(size));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0U);
    std::memset(block, static_cast<int>(size % 251), size);
    blocks.emplace_back(block, size);
  }
  for (const auto& [block, size] : blocks) {
    for (std::size_t at = 0; at < size; ++at) ASSERT_EQ(block[at], size % 251);
    memory.deallocate(block);
  }
  EXPECT_EQ(memory.live_bytes(), 0U);
}

}  // namespace
}  // namespace schemas
