#include "guard/recorder/store.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace guard::recorder {
namespace {

class StoreTest : public testing::Test {
 protected:
  std::span<std::uint8_t> octets() {
    return {reinterpret_cast<std::uint8_t*>(words_.data()), words_.size() * 8};
  }
  static StoreEntry entry(std::uint64_t delivery, std::string_view bytes) {
    StoreEntry made;
    made.delivery = delivery;
    made.peer = 2;
    made.origin = 1;
    made.lane = Lane::kLowToHigh;
    made.deadline = {77};
    made.from = "a.example";
    made.to = "b.example";
    made.bytes = bytes;
    made.contingency = "<late/>";
    return made;
  }
  static void number(Store& store, std::uint64_t first, std::uint64_t last, Lane even, Lane odd) {
    for (std::uint64_t i = first; i <= last; ++i) store.announce(7, i, i % 2 == 0 ? even : odd);
  }
  std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(Store::kSmallest / 8);
};

TEST_F(StoreTest, WhatIsPutIsFoundUntilItIsErased) {
  Store store = Store::format(octets());
  store.put(entry(5, "<m/>"));
  const auto found = store.find(5);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->bytes, "<m/>");
  EXPECT_EQ(found->contingency, "<late/>");
  EXPECT_EQ(found->from, "a.example");
  EXPECT_EQ(found->to, "b.example");
  EXPECT_EQ(found->peer, 2U);
  EXPECT_EQ(found->origin, 1U);
  EXPECT_EQ(found->lane, Lane::kLowToHigh);
  EXPECT_EQ(found->deadline, UtcTime{77});
  EXPECT_EQ(found->handed, Handed::kNo);
  store.erase(5);
  EXPECT_FALSE(store.find(5).has_value());
  store.erase(5);
}

TEST_F(StoreTest, ItSurvivesItsProcess) {
  {
    Store store = Store::format(octets());
    store.put(entry(1, "one"));
    store.put(entry(2, "two"));
    store.put(entry(3, "three"));
    store.erase(2);
    store.set_handed(3, Handed::kYes);
    Progress progress;
    progress.committed = 3;
    progress.edges[1] = {9, 8, 7};
    store.set_progress(progress);
  }
  const auto store = Store::open(octets());
  ASSERT_TRUE(store.has_value());
  EXPECT_EQ(store->names(), (std::vector<std::uint64_t>{1, 3}));
  EXPECT_EQ(store->find(1)->bytes, "one");
  EXPECT_EQ(store->find(3)->handed, Handed::kYes);
  EXPECT_EQ(store->progress().committed, 3U);
  EXPECT_EQ(store->progress().edges[1].ended, 8U);
}

TEST_F(StoreTest, MemoryThatWasNeverFormattedIsNoStore) {
  EXPECT_FALSE(Store::open(octets()).has_value());
}

TEST_F(StoreTest, EveryDamagedOctetOfAnEntryIsFound) {
  Store::format(octets()).put(entry(1, "some bytes"));
  const std::size_t begin = std::size_t{5} * 4096;
  constexpr std::size_t kHeader = 88;
  const std::size_t size = kHeader + 9 + 9 + 10 + 7;
  for (std::size_t at = begin; at < begin + size; ++at) {
    const std::size_t place = at - begin;
    if (place >= 4 && place < 8) continue;                  // `erased` may change
    if (place >= kHeader - 4 && place < kHeader) continue;  // so may `handed`
    octets()[at] ^= 0x10;
    EXPECT_FALSE(Store::open(octets()).has_value()) << at - begin;
    octets()[at] ^= 0x10;
  }
  EXPECT_TRUE(Store::open(octets()).has_value());
}

TEST_F(StoreTest, ItFillsToItsBoundAndNoFurther) {
  Store store = Store::format(octets());
  const std::string bytes(1000, 'x');
  const std::size_t text = bytes.size() + 9 + 9 + 7;
  std::uint64_t delivery = 0;
  while (store.fits(text)) store.put(entry(++delivery, bytes));
  EXPECT_GT(delivery, 15U);
  EXPECT_TRUE(Store::open(octets()).has_value());
  store.erase(1);
  EXPECT_TRUE(store.fits(text));
  EXPECT_FALSE(store.fits(std::size_t{1} << 40));
}

// The same calls on the store and on a map give the same answers, whatever the order.
TEST_F(StoreTest, ItAgreesWithAMapOverManyRandomCalls) {
  std::mt19937 random(7);
  Store store = Store::format(octets());
  std::map<std::uint64_t, std::string> model;
  std::uint64_t next = 0;
  for (int step = 0; step < 20000; ++step) {
    const std::string bytes(random() % 900, static_cast<char>('a' + step % 26));
    if (random() % 2 == 0 && store.fits(bytes.size() + 25)) {
      store.put(entry(++next, bytes));
      model[next] = bytes;
    } else if (!model.empty()) {
      auto victim = model.begin();
      std::advance(victim, static_cast<std::ptrdiff_t>(random() % model.size()));
      store.erase(victim->first);
      model.erase(victim);
    }
    if (step % 500 != 0) continue;
    auto again = Store::open(octets());
    ASSERT_TRUE(again.has_value()) << step;
    ASSERT_EQ(again->names().size(), model.size());
    for (const auto& [delivery, text] : model) {
      ASSERT_EQ(store.find(delivery)->bytes, text);
      ASSERT_EQ(again->find(delivery)->bytes, text);
    }
    store = std::move(*again);
  }
}

TEST_F(StoreTest, KnowsTheLanesOfAsManyTicketsAsCanBeOpen) {
  Store store = Store::format(octets());
  number(store, 1, kMostAnnounced, Lane::kHighToHigh, Lane::kHighToLow);
  store.announce(3, 1, Lane::kLowToLow);
  for (const std::uint64_t ticket : {1UL, 2UL, kMostAnnounced - 1, kMostAnnounced}) {
    EXPECT_EQ(store.announced_lane(Side::kHigh, ticket),
              ticket % 2 == 0 ? Lane::kHighToHigh : Lane::kHighToLow);
  }
  EXPECT_EQ(store.announced_lane(Side::kLow, 1), Lane::kLowToLow);
  // One more takes the place of the first, which cannot be open any longer.
  store.announce(7, kMostAnnounced + 1, Lane::kHighToHigh);
  EXPECT_EQ(store.announced_lane(Side::kHigh, kMostAnnounced + 1), Lane::kHighToHigh);
  EXPECT_EQ(store.announced_lane(Side::kHigh, 3), Lane::kHighToLow);
  const auto opened = Store::open(octets());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->announced(Side::kHigh), (Announced{7, kMostAnnounced + 1}));
  EXPECT_EQ(opened->announced_lane(Side::kHigh, 2), Lane::kHighToHigh);
  EXPECT_EQ(opened->announced(Side::kLow), (Announced{3, 1}));
}

}  // namespace
}  // namespace guard::recorder
