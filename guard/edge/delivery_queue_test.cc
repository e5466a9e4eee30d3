#include "guard/edge/delivery_queue.h"

#include <gtest/gtest.h>

namespace guard::edge {
namespace {

using wire::Delivery;
using Numbers = std::vector<std::uint64_t>;

const PairKey kPair{1, "far.lab", "near.lab"};
const PairKey kOther{2, "far.lab", "other.lab"};

wire::Deliver deliver(std::uint64_t number, std::int64_t deadline = 100,
                      const PairKey& key = kPair) {
  return {number, key.peer, {key.local, key.remote}, UtcTime{deadline}, std::to_string(number)};
}

// give hands the next delivery to a connection that has counted `mark` octets then.
std::string give(DeliveryQueue& queue, std::uint64_t mark, const PairKey& key = kPair) {
  const std::string* bytes = queue.next(key);
  if (bytes == nullptr) return {};
  std::string copy = *bytes;
  queue.given(key, mark);
  return copy;
}

TEST(DeliveryQueue, WritesInOrderAndReportsRanges) {
  DeliveryQueue queue;
  for (std::uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(queue.add(deliver(i)));
  EXPECT_EQ(give(queue, 10), "1");
  EXPECT_EQ(give(queue, 20), "2");
  EXPECT_EQ(give(queue, 30), "3");
  EXPECT_FALSE(queue.waiting(kPair));
  queue.written(kPair, 19);  // the second is not whole
  auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].number, 1U);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{1}));
  queue.written(kPair, 30);
  outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].number, 2U);
  EXPECT_EQ(outcomes[0].result, Delivery::kWritten);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{2, 3}));
  EXPECT_FALSE(queue.pending(kPair));
}

TEST(DeliveryQueue, LostConnectionLeavesTheRestInItsOldOrder) {
  DeliveryQueue queue;
  for (std::uint64_t i = 1; i <= 3; ++i) (void)queue.add(deliver(i));
  (void)give(queue, 10);
  (void)give(queue, 20);
  queue.written(kPair, 10);
  queue.lost(kPair);
  EXPECT_EQ(give(queue, 5), "2");
  EXPECT_EQ(give(queue, 9), "3");
  queue.written(kPair, 9);
  const auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{1, 2, 3}));
}

TEST(DeliveryQueue, ExpiresWhatWaitsAtItsDeadlineAndNotBefore) {
  DeliveryQueue queue;
  (void)queue.add(deliver(1, 100));
  EXPECT_TRUE(queue.expire(UtcTime{100}).empty());
  EXPECT_TRUE(queue.waiting(kPair));
  EXPECT_TRUE(queue.expire(UtcTime{101}).empty());
  EXPECT_FALSE(queue.pending(kPair));
  const auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Delivery::kExpired);
}

TEST(DeliveryQueue, NamesThePairWhoseConnectionHoldsSomethingTooOld) {
  DeliveryQueue queue;
  (void)queue.add(deliver(1, 100));
  (void)queue.add(deliver(2, 300));
  (void)give(queue, 10);
  EXPECT_EQ(queue.expire(UtcTime{200}), (std::vector<PairKey>{kPair}));
  EXPECT_TRUE(queue.take_outcomes().empty());  // it may still be written
  queue.lost(kPair);
  EXPECT_TRUE(queue.expire(UtcTime{200}).empty());
  const auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{1}));
  EXPECT_EQ(give(queue, 1), "2");
}

TEST(DeliveryQueue, OutcomesAreOfOnePeerAndOneResult) {
  DeliveryQueue queue;
  (void)queue.add(deliver(1));
  (void)queue.add(deliver(2, 100, kOther));
  (void)queue.add(deliver(3));
  (void)give(queue, 1);
  (void)give(queue, 1, kOther);
  (void)give(queue, 2);
  queue.written(kPair, 1);
  queue.written(kOther, 1);
  queue.written(kPair, 2);
  EXPECT_EQ(queue.take_outcomes().size(), 3U);
}

TEST(DeliveryQueue, HoldsWhatIsNotStoredAndIgnoresWhatItHolds) {
  DeliveryQueue queue;
  (void)queue.add(deliver(1));
  (void)queue.add(deliver(2));
  EXPECT_FALSE(queue.add(deliver(2)));
  (void)give(queue, 1);
  queue.written(kPair, 1);
  EXPECT_EQ(queue.held(), (Numbers{1, 2}));  // before and
  (void)queue.take_outcomes();
  EXPECT_EQ(queue.held(), (Numbers{1, 2}));  // after it has a number
  EXPECT_EQ(queue.outcomes().size(), 1U);
  EXPECT_FALSE(queue.add(deliver(1)));
  queue.stored(1);
  EXPECT_EQ(queue.held(), (Numbers{2}));
  EXPECT_TRUE(queue.outcomes().empty());
}

TEST(DeliveryQueue, RefusedAndDroppedEndAsExpired) {
  DeliveryQueue queue;
  queue.refuse(deliver(1));
  (void)queue.add(deliver(2));
  (void)queue.add(deliver(3));
  ASSERT_NE(queue.next(kPair), nullptr);
  queue.drop(kPair);
  EXPECT_EQ(give(queue, 1), "3");
  const auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Delivery::kExpired);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{1, 2}));
}

TEST(DeliveryQueue, WhatIsTakenBackEndsUnlessAConnectionHasIt) {
  DeliveryQueue queue;
  for (std::uint64_t number = 1; number <= 4; ++number) (void)queue.add(deliver(number));
  (void)give(queue, 10);
  queue.withdraw({1, 2, 4, 99});
  auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Delivery::kWithdrawn);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{2, 4}));
  queue.written(kPair, 10);
  outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Delivery::kWritten);
  EXPECT_EQ(outcomes[0].deliveries, (Numbers{1}));
  EXPECT_EQ(give(queue, 20), "3");
}

TEST(DeliveryQueue, WhatIsTakenBackIsNotGivenToAnotherConnection) {
  DeliveryQueue queue;
  (void)queue.add(deliver(1));
  (void)give(queue, 10);
  queue.withdraw({1});
  EXPECT_TRUE(queue.take_outcomes().empty());
  queue.lost(kPair);
  EXPECT_FALSE(queue.pending(kPair));
  const auto outcomes = queue.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Delivery::kWithdrawn);
}

}  // namespace
}  // namespace guard::edge
