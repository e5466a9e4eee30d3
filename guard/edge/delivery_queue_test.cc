#include "guard/edge/delivery_queue.h"

#include <gtest/gtest.h>

#include <map>

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

// ---------------------------------------------------------------- managed streams

class ManagedQueue : public ::testing::Test {
 protected:
  // add_and_give queues stanzas with the numbers 1, 2, ... and gives them to a managed connection,
  // each ten octets long.
  void add_and_give(const std::vector<std::string>& stanzas, std::int64_t deadline = 100) {
    for (const std::string& stanza : stanzas) {
      wire::Deliver made = deliver(++last_, deadline);
      made.bytes = stanza;
      ASSERT_TRUE(queue_.add(std::move(made)));
    }
    give_all();
  }
  void give_all() {
    std::uint64_t mark = 0;
    while (queue_.next(kPair) != nullptr) queue_.given(kPair, mark += 10, true);
  }
  // ended says how deliveries have ended since the last call.
  std::map<std::uint64_t, Delivery> ended() {
    std::map<std::uint64_t, Delivery> all;
    for (const wire::Outcomes& outcomes : queue_.take_outcomes()) {
      for (const std::uint64_t number : outcomes.deliveries) all[number] = outcomes.result;
    }
    return all;
  }
  using Ends = std::map<std::uint64_t, Delivery>;

  DeliveryQueue queue_;
  std::uint64_t last_ = 0;
};

TEST_F(ManagedQueue, EndsWithTheAcknowledgementAndNotBefore) {
  add_and_give({"<message/>", "<message/>", "<message/>"});
  queue_.written(kPair, 20);
  EXPECT_TRUE(ended().empty());
  queue_.acknowledged(kPair, 1);
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kDelivered}}));
  EXPECT_TRUE(queue_.holds(kPair));
  // The answer may be heard of before the kernel's.
  queue_.acknowledged(kPair, 2);
  queue_.acknowledged(kPair, 3);
  EXPECT_EQ(ended(), (Ends{{2, Delivery::kDelivered}, {3, Delivery::kDelivered}}));
  EXPECT_FALSE(queue_.holds(kPair));
  EXPECT_FALSE(queue_.pending(kPair));
  queue_.written(kPair, 30);
}

TEST_F(ManagedQueue, SendsAgainInOrderWhatIsNotAcknowledged) {
  add_and_give({"<message id='1'/>", "<presence/>", R"(<iq type="get"/>)", R"(<iq type="result"/>)",
                "<message id='5'/>"});
  queue_.written(kPair, 40);
  queue_.acknowledged(kPair, 1);
  queue_.lost(kPair);
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kDelivered}}));
  EXPECT_EQ(give(queue_, 10), "<presence/>");
  EXPECT_EQ(give(queue_, 20), R"(<iq type="get"/>)");
  EXPECT_EQ(give(queue_, 30), R"(<iq type="result"/>)");
  EXPECT_EQ(give(queue_, 40), "<message id='5'/>");
  // The next stream is not managed: the kernel's word is the last.
  queue_.written(kPair, 40);
  EXPECT_EQ(ended().size(), 4U);
}

TEST_F(ManagedQueue, DoesNotSendAnOrderTwice) {
  add_and_give({R"(<iq from="a" id="1" to="b" type="set"><x/></iq>)", "<message/>",
                R"(<iq from="a" id="&quot; type=&quot;set&quot;" to="b" type="get"/>)",
                R"(<iq type="set"/>)"});
  queue_.written(kPair, 30);  // the last has not left whole
  queue_.lost(kPair);
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kInDoubt}}));
  EXPECT_EQ(give(queue_, 10), "<message/>");
  (void)give(queue_, 20);
  EXPECT_EQ(give(queue_, 30), R"(<iq type="set"/>)");
}

TEST_F(ManagedQueue, WaitsForAnAnswerALittleLongerThanTheDeadline) {
  add_and_give({"<message/>"}, 100);
  queue_.written(kPair, 10);
  const std::int64_t last = 100 + DeliveryQueue::kAnswerGrace;
  EXPECT_TRUE(queue_.expire(UtcTime{last}).empty());
  EXPECT_EQ(queue_.expire(UtcTime{last + 1}), (std::vector<PairKey>{kPair}));
  queue_.lost(kPair);
  EXPECT_TRUE(queue_.expire(UtcTime{last + 1}).empty());
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kInDoubt}}));
}

TEST_F(ManagedQueue, WhatTheKernelHasNotTakenExpiresAsEver) {
  add_and_give({"<message/>", "<message/>"}, 100);
  queue_.written(kPair, 10);
  EXPECT_EQ(queue_.expire(UtcTime{101}), (std::vector<PairKey>{kPair}));
  queue_.lost(kPair);
  EXPECT_TRUE(queue_.expire(UtcTime{101}).empty());
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kInDoubt}, {2, Delivery::kExpired}}));
}

TEST_F(ManagedQueue, WhatWasTriedIsNeverSaidNotToHaveArrived) {
  add_and_give({"<message/>", "<message/>", "<message/>", "<message/>"});
  queue_.written(kPair, 30);
  queue_.withdraw({1, 4});
  EXPECT_TRUE(ended().empty());
  queue_.lost(kPair);
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kInDoubt}, {4, Delivery::kWithdrawn}}));
  queue_.drop(kPair);  // the next stream takes less
  EXPECT_EQ(ended(), (Ends{{2, Delivery::kInDoubt}}));
  queue_.give_up(kPair);
  EXPECT_EQ(ended(), (Ends{{3, Delivery::kInDoubt}}));
}

TEST_F(ManagedQueue, AcknowledgesWhatIsToBeWithdrawn) {
  add_and_give({"<message/>"});
  queue_.written(kPair, 10);
  queue_.withdraw({1});
  queue_.acknowledged(kPair, 1);
  EXPECT_EQ(ended(), (Ends{{1, Delivery::kDelivered}}));
}

TEST_F(ManagedQueue, AcknowledgedInAnyOrderTheRestIsSentAgainInItsOwn) {
  add_and_give({"<message id='1'/>", "<message id='2'/>", "<message id='3'/>", "<message id='4'/>",
                "<message id='5'/>"});
  queue_.written(kPair, 30);
  queue_.acknowledged(kPair, 2);
  queue_.acknowledged(kPair, 4);  // before the kernel has said that it has it
  EXPECT_EQ(ended(), (Ends{{2, Delivery::kDelivered}, {4, Delivery::kDelivered}}));
  EXPECT_TRUE(queue_.holds(kPair));
  queue_.lost(kPair);
  EXPECT_TRUE(ended().empty());
  EXPECT_EQ(give(queue_, 10), "<message id='1'/>");
  EXPECT_EQ(give(queue_, 20), "<message id='3'/>");
  EXPECT_EQ(give(queue_, 30), "<message id='5'/>");
  EXPECT_FALSE(queue_.waiting(kPair));
}

TEST_F(ManagedQueue, AnAcknowledgementOutOfOrderLeavesWhatIsTriedAndWhatIsNot) {
  const std::string order = R"(<iq type="set"/>)";
  add_and_give({"<message/>", order, "<message/>", order, "<message/>"});
  queue_.written(kPair, 20);
  queue_.acknowledged(kPair, 1);  // the kernel has had it
  queue_.acknowledged(kPair, 3);  // it has not said so
  (void)ended();
  queue_.lost(kPair);
  // The fourth never left whole: it is no order that may have arrived.
  EXPECT_EQ(ended(), (Ends{{2, Delivery::kInDoubt}}));
  EXPECT_EQ(give(queue_, 10), order);
  EXPECT_EQ(give(queue_, 20), "<message/>");
  EXPECT_FALSE(queue_.waiting(kPair));
}

TEST_F(ManagedQueue, WhatIsAcknowledgedFirstDoesNotAnswerForTheOldest) {
  add_and_give({"<message/>"}, 100);
  add_and_give({"<message/>"}, 500);
  queue_.written(kPair, 20);
  queue_.acknowledged(kPair, 2);
  EXPECT_EQ(queue_.expire(UtcTime{101 + DeliveryQueue::kAnswerGrace}),
            (std::vector<PairKey>{kPair}));
}

TEST_F(ManagedQueue, AnAcknowledgementOfSomethingElseIsABug) {
  add_and_give({"<message/>", "<message/>"});
  queue_.acknowledged(kPair, 2);
  EXPECT_DEATH(queue_.acknowledged(kPair, 2), "CHECK");
  wire::Deliver waiting = deliver(++last_);
  ASSERT_TRUE(queue_.add(std::move(waiting)));
  EXPECT_DEATH(queue_.acknowledged(kPair, 3), "CHECK");  // it was given to nobody
}

}  // namespace
}  // namespace guard::edge
