#include "labels/label_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "guard/base/sanitized.h"

namespace labels {
namespace {

constexpr HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

guard::Bytes octets(std::uint64_t number, std::size_t size = 40) {
  guard::Bytes bytes(size, 0x31);
  for (std::size_t i = 0; i < 8 && i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return bytes;
}

// The vectors of the authors' reference: key 00 01 … 0f, input 00 01 … .
TEST(KeyedHashes, AreSipHash24) {
  guard::Bytes input;
  EXPECT_EQ(keyed_hash(kKey, input), 0x726fdb47dd0e0e31U);
  input.push_back(0);
  EXPECT_EQ(keyed_hash(kKey, input), 0x74f839c593dc67fdU);
  for (std::uint8_t i = 1; i < 15; ++i) input.push_back(i);
  EXPECT_EQ(keyed_hash(kKey, input), 0xa129ca6149be45e5U);
  EXPECT_NE(keyed_hash({1, 2}, input), keyed_hash({1, 3}, input));
}

TEST(LabelCaches, GiveWhatWasPutForTheSameOctetsOnly) {
  LabelCache<int> cache(64, kKey);
  EXPECT_EQ(cache.find(octets(1)), nullptr);
  cache.put(octets(1), 10);
  ASSERT_NE(cache.find(octets(1)), nullptr);
  EXPECT_EQ(*cache.find(octets(1)), 10);
  EXPECT_EQ(cache.find(octets(2)), nullptr);
  EXPECT_EQ(cache.find(octets(1, 41)), nullptr);
  cache.put(octets(1), 11);
  EXPECT_EQ(*cache.find(octets(1)), 11);
  cache.put({}, 12);  // the empty label too
  EXPECT_EQ(*cache.find({}), 12);
}

TEST(LabelCaches, NeverKeepLongLabels) {
  using Cache = LabelCache<int>;
  Cache cache(64, kKey);
  cache.put(octets(1, Cache::kMaxKey), 10);
  cache.put(octets(2, Cache::kMaxKey + 1), 20);
  EXPECT_NE(cache.find(octets(1, Cache::kMaxKey)), nullptr);
  EXPECT_EQ(cache.find(octets(2, Cache::kMaxKey + 1)), nullptr);
  // Not found is not enough: nothing of it is there.
  LabelCache<std::shared_ptr<int>> keeper(64, kKey);
  const auto value = std::make_shared<int>(1);
  keeper.put(octets(2, Cache::kMaxKey + 1), value);
  EXPECT_EQ(value.use_count(), 1);
  keeper.put(octets(1, Cache::kMaxKey), value);
  EXPECT_EQ(value.use_count(), 2);
}

TEST(LabelCaches, HoldNoMoreThanTheirCapacity) {
  EXPECT_EQ(LabelCache<int>(1, kKey).capacity(), 8U);
  EXPECT_EQ(LabelCache<int>(8, kKey).capacity(), 8U);
  EXPECT_EQ(LabelCache<int>(9, kKey).capacity(), 16U);
  // Every value is the same, and knows how many of it live; one is here.
  const auto value = std::make_shared<int>(1);
  LabelCache<std::shared_ptr<int>> cache(64, kKey);
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    cache.put(octets(i), value);
    (void)cache.find(octets(i));
    ASSERT_LE(value.use_count() - 1, 64);
  }
  EXPECT_GT(value.use_count() - 1, 48);
}

TEST(LabelCaches, OneSetKeepsWhatIsUsed) {
  LabelCache<int> cache(8, kKey);  // one set
  for (std::uint64_t i = 0; i < 4; ++i) {
    cache.put(octets(i), 1);
    ASSERT_NE(cache.find(octets(i)), nullptr);
    ASSERT_NE(cache.find(octets(i)), nullptr);
  }
  // Whatever number of labels comes once, the four stay.
  for (std::uint64_t i = 100; i < 1'000; ++i) cache.put(octets(i), 0);
  for (std::uint64_t i = 0; i < 4; ++i) EXPECT_NE(cache.find(octets(i)), nullptr) << i;
  // A burst does not get a fifth in.
  cache.put(octets(5), 1);
  for (int i = 0; i < 20; ++i) ASSERT_NE(cache.find(octets(5)), nullptr);
  for (std::uint64_t i = 1'000; i < 1'100; ++i) cache.put(octets(i), 0);
  EXPECT_EQ(cache.find(octets(5)), nullptr);
  // Use over time does.
  cache.put(octets(6), 1);
  for (std::uint64_t i = 2'000; i < 2'100; ++i) {
    if (cache.find(octets(6)) == nullptr) cache.put(octets(6), 1);
    cache.put(octets(i), 0);
    cache.put(octets(i + 10'000), 0);
  }
  for (std::uint64_t i = 3'000; i < 3'100; ++i) cache.put(octets(i), 0);
  EXPECT_NE(cache.find(octets(6)), nullptr);
}

constexpr int kRounds = guard::kSanitized ? 9'000 : 30'000;

// How often regular labels are found while others come in between: `repeats` times each.
double hit_rate(int regulars, int others_for_each, int repeats) {
  LabelCache<int> cache(1'024, kKey);
  std::mt19937_64 random(7);
  const auto ask = [&](std::uint64_t number) {
    if (cache.find(octets(number)) != nullptr) return true;
    cache.put(octets(number), 1);
    return false;
  };
  std::uint64_t fresh = 1'000'000;
  int asked = 0;
  int found = 0;
  for (int round = 0; round < kRounds; ++round) {
    const bool hit = ask(random() % static_cast<std::uint64_t>(regulars));
    if (round >= kRounds / 3) {
      ++asked;
      found += hit ? 1 : 0;
    }
    for (int i = 0; i < others_for_each; ++i) {
      ++fresh;
      for (int again = 0; again < repeats; ++again) (void)ask(fresh);
    }
  }
  return static_cast<double>(found) / asked;
}

TEST(LabelCaches, AFloodOfDistinctLabelsDoesNotPushOutTheRegularOnes) {
  EXPECT_EQ(hit_rate(100, 0, 0), 1.0);
  EXPECT_GT(hit_rate(100, 10, 1), 0.99);  // ten strangers for each regular label
  EXPECT_GT(hit_rate(100, 10, 2), 0.99);  // each of them twice
  EXPECT_GT(hit_rate(100, 10, 4), 0.97);
  RecordProperty("flood_of_ten", std::to_string(hit_rate(100, 10, 1)));
}

TEST(LabelCaches, WhatWasInUseLongAgoGoes) {
  LabelCache<int> cache(8, kKey);
  std::uint64_t stranger = 1'000;
  const auto use = [&](std::uint64_t first, int times) {
    for (int i = 0; i < times; ++i) {
      for (std::uint64_t number = first; number < first + 4; ++number) {
        if (cache.find(octets(number)) == nullptr) cache.put(octets(number), 1);
      }
      cache.put(octets(++stranger), 0);
    }
  };
  use(0, 300);
  use(10, 4'000);
  for (int i = 0; i < 100; ++i) cache.put(octets(++stranger), 0);
  for (std::uint64_t number = 10; number < 14; ++number) {
    EXPECT_NE(cache.find(octets(number)), nullptr) << number;
  }
}

}  // namespace
}  // namespace labels
