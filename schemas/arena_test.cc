#include "schemas/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace schemas {
namespace {

std::string_view put(Arena& arena, std::string_view text) {
  std::memcpy(arena.open(text.size() + 10), text.data(), text.size());
  return arena.close(text.size());
}

TEST(Arena, KeepsEverythingUntilReset) {
  Arena arena;
  std::vector<std::string_view> texts;
  std::vector<const std::uint64_t*> numbers;
  for (std::uint64_t at = 0; at < 10'000; ++at) {
    texts.push_back(put(arena, std::string(at % 57, static_cast<char>('a' + at % 26))));
    auto* number = arena.make<std::uint64_t>();
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t), 0U);
    *number = at;
    numbers.push_back(number);
  }
  for (std::uint64_t at = 0; at < 10'000; ++at) {
    EXPECT_EQ(texts[at], std::string(at % 57, static_cast<char>('a' + at % 26)));
    EXPECT_EQ(*numbers[at], at);
  }
}

TEST(Arena, TakesWhatIsLargerThanAChunk) {
  Arena arena;
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(put(arena, large), large);
  arena.reset();
  EXPECT_EQ(put(arena, large), large);
}

TEST(Arena, ReusesItsFirstChunk) {
  Arena arena;
  const char* first = put(arena, "a").data();
  put(arena, std::string(200'000, 'x'));
  arena.reset();
  EXPECT_EQ(put(arena, "b").data(), first);
}

TEST(Arena, CopiesSpans) {
  Arena arena;
  std::vector<std::string_view> items{"a", "b"};
  const auto copy = arena.copy(std::span<const std::string_view>(items));
  items.clear();
  ASSERT_EQ(copy.size(), 2U);
  EXPECT_EQ(copy[1], "b");
  EXPECT_TRUE(arena.copy(std::span<const int>()).empty());
}

}  // namespace
}  // namespace schemas
