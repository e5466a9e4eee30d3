#include "guard/edge/pace.h"

#include <gtest/gtest.h>

namespace guard::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using Moment = TokenBucket::Moment;

constexpr Moment kNoon{std::chrono::hours(12)};

TEST(TokenBucket, ABurstAndNotOneMore) {
  TokenBucket bucket(10, 3, kNoon);
  bucket.take(1, kNoon);
  bucket.take(1, kNoon);
  EXPECT_TRUE(bucket.open(kNoon));
  bucket.take(1, kNoon);
  EXPECT_FALSE(bucket.open(kNoon));
}

TEST(TokenBucket, OpensWhenAWholeTokenIsThereAndNotANanosecondBefore) {
  TokenBucket bucket(10, 1, kNoon);
  bucket.take(1, kNoon);
  EXPECT_FALSE(bucket.open(kNoon + milliseconds(100) - nanoseconds(1)));
  EXPECT_TRUE(bucket.open(kNoon + milliseconds(100)));
}

TEST(TokenBucket, WhatCameTooMuchIsPaidFor) {
  TokenBucket bucket(10, 1, kNoon);
  for (int i = 0; i < 21; ++i) bucket.take(1, kNoon);
  EXPECT_FALSE(bucket.open(kNoon + milliseconds(2100) - nanoseconds(1)));
  EXPECT_TRUE(bucket.open(kNoon + milliseconds(2100)));
}

TEST(TokenBucket, ARestFillsItToTheBurstAndNoFurther) {
  TokenBucket bucket(100'000, 2, kNoon);
  const Moment later = kNoon + std::chrono::hours(24 * 365 * 50);
  bucket.take(1, later);
  EXPECT_TRUE(bucket.open(later));
  bucket.take(1, later);
  EXPECT_FALSE(bucket.open(later));
}

TEST(TokenBucket, AClockThatStepsBackGivesNothing) {
  TokenBucket bucket(10, 1, kNoon);
  bucket.take(1, kNoon);
  bucket.take(1, kNoon - std::chrono::hours(1));
  EXPECT_FALSE(bucket.open(kNoon + milliseconds(200) - nanoseconds(1)));
  EXPECT_TRUE(bucket.open(kNoon + milliseconds(200)));
}

// However it is asked, no more than burst and rate come through, and no less.
TEST(TokenBucket, HoldsTheRateInTheLongRun) {
  for (const std::uint32_t rate : {1U, 7U, 1'000U, 100'000U}) {
    TokenBucket bucket(rate, rate, kNoon);
    std::uint64_t taken = 0;
    for (int tick = 0; tick < 500; ++tick) {  // ten seconds
      const Moment now = kNoon + milliseconds(20 * tick);
      for (; bucket.open(now); ++taken) bucket.take(1, now);
    }
    EXPECT_LE(taken, rate + rate * 998U / 100U) << rate;
    EXPECT_GE(taken, rate + rate * 998U / 100U - 1) << rate;
  }
}

wire::NearPeer peer(PeerIndex index, std::uint32_t rate, std::uint32_t burst) {
  wire::NearPeer made;
  made.index = index;
  made.stanza_rate = {.per_second = rate, .burst = burst};
  return made;
}

TEST(Pace, OnePeersHasteIsNotAnothers) {
  Pace pace;
  pace.update({peer(1, 10, 1), peer(2, 10, 1), peer(3, 0, 0)}, kNoon);
  EXPECT_TRUE(pace.take(1, 100, kNoon));
  EXPECT_FALSE(pace.take(1, 100, kNoon));  // it has been said
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(pace.take(3, 100, kNoon));
  EXPECT_FALSE(pace.take(9, 100, kNoon));  // a peer that nobody knows has no rate
  EXPECT_TRUE(pace.waits(1));
  EXPECT_FALSE(pace.waits(2));
  EXPECT_FALSE(pace.waits(3));
  EXPECT_TRUE(pace.release(kNoon + milliseconds(199)).empty());
  EXPECT_EQ(pace.release(kNoon + milliseconds(200)), std::vector<PeerIndex>{1});
  EXPECT_FALSE(pace.waits(1));
  EXPECT_FALSE(pace.anybody_waits());
}

TEST(Pace, AnotherPolicyChangesRatesAndNoDebts) {
  Pace pace;
  pace.update({peer(1, 10, 1), peer(2, 10, 1)}, kNoon);
  EXPECT_TRUE(pace.take(1, 100, kNoon));
  EXPECT_TRUE(pace.take(2, 100, kNoon));
  pace.update({peer(1, 10, 1), peer(2, 0, 0)}, kNoon);
  EXPECT_TRUE(pace.waits(1));
  EXPECT_FALSE(pace.waits(2));
  EXPECT_TRUE(pace.anybody_waits());
  pace.update({peer(1, 20, 1)}, kNoon);  // another rate begins anew
  EXPECT_FALSE(pace.waits(1));
  EXPECT_FALSE(pace.anybody_waits());
}

wire::NearPeer with_octets(PeerIndex index, wire::Rate stanzas, wire::Rate octets) {
  wire::NearPeer made;
  made.index = index;
  made.stanza_rate = stanzas;
  made.octet_rate = octets;
  return made;
}

TEST(TokenBucket, TakesAsManyTokensAsAThingHas) {
  TokenBucket bucket(1'000, 1'000, kNoon);
  bucket.take(999, kNoon);
  EXPECT_TRUE(bucket.open(kNoon));
  bucket.take(2'001, kNoon);  // two seconds of debt
  EXPECT_FALSE(bucket.open(kNoon + milliseconds(2'001) - nanoseconds(1)));
  EXPECT_TRUE(bucket.open(kNoon + milliseconds(2'001)));
}

TEST(TokenBucket, NoDebtIsTooMuchForItsArithmetic) {
  constexpr std::uint32_t kMost = TokenBucket::kMost;
  TokenBucket bucket(kMost, kMost, kNoon);
  for (int i = 0; i < 100; ++i) bucket.take(0xFFFF'FFFF, kNoon);
  EXPECT_FALSE(bucket.open(kNoon + std::chrono::seconds(4)));
  EXPECT_TRUE(bucket.open(kNoon + std::chrono::seconds(5)));
  bucket.take(1, kNoon + std::chrono::hours(24 * 365 * 50));
  EXPECT_TRUE(bucket.open(kNoon + std::chrono::hours(24 * 365 * 50)));
}

TEST(Pace, OctetsAreCountedByThemselves) {
  Pace pace;
  pace.update(
      {with_octets(1, {}, {.per_second = 1'000, .burst = 1'000}),
       with_octets(2, {.per_second = 10, .burst = 10}, {.per_second = 1'000, .burst = 1'000})},
      kNoon);
  EXPECT_FALSE(pace.take(1, 999, kNoon));
  EXPECT_TRUE(pace.take(1, 1, kNoon));
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(pace.take(2, 10, kNoon));
  EXPECT_TRUE(pace.take(2, 10, kNoon));  // ten stanzas, a hundred octets
  EXPECT_TRUE(pace.release(kNoon).empty());
  EXPECT_EQ(pace.release(kNoon + milliseconds(1)), std::vector<PeerIndex>{1});
  EXPECT_EQ(pace.release(kNoon + milliseconds(100)), std::vector<PeerIndex>{2});
  // Whichever of the two is the slower.
  EXPECT_TRUE(pace.take(2, 3'000, kNoon + milliseconds(100)));
  EXPECT_TRUE(pace.release(kNoon + milliseconds(2'099)).empty());
}

TEST(Pace, ANewRateOfTheOneLeavesTheDebtOfTheOther) {
  Pace pace;
  pace.update(
      {with_octets(1, {.per_second = 10, .burst = 1}, {.per_second = 1'000, .burst = 1'000})},
      kNoon);
  EXPECT_TRUE(pace.take(1, 2'000, kNoon));
  pace.update({with_octets(1, {}, {.per_second = 1'000, .burst = 1'000})}, kNoon);
  EXPECT_TRUE(pace.waits(1));
  pace.update({with_octets(1, {}, {.per_second = 2'000, .burst = 1'000})}, kNoon);
  EXPECT_FALSE(pace.waits(1));
  EXPECT_FALSE(pace.anybody_waits());
}

}  // namespace
}  // namespace guard::edge
