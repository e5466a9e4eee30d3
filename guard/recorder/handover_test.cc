// What becomes of deliveries when another recorder takes over.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {
namespace {

class HandoverTest : public DeliveriesBed {};

TEST_F(HandoverTest, ANewRecorderLeavesWhatTheEdgeHoldsAndDeliversTheRestInOrder) {
  start();
  const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 1);
  effects.clear();
  restart_recorder();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  wire::Hello hello{1, 0, 0, {numbers[1]}};
  edge(Side::kLow, hello);
  commit();
  EXPECT_EQ(sent<wire::Welcome>(Side::kLow).size(), 1U);
  // The edge has read its old end to the end: what it does not hold has never reached it.
  std::vector<std::uint64_t> missing = numbers;
  missing.erase(missing.begin() + 1);
  missing.pop_back();  // past the window
  EXPECT_EQ(delivered(Side::kLow, kBravo), missing);
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers.begin(), numbers.end() - 1});
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBravo).back(), numbers.back());
  report(Side::kLow, 2, wire::Delivery::kWritten, {numbers.back()});
  pass(Ledger::kOutcomeLinger);
  commit();
  const auto outcomes = rows(audit::Class::kOutcome);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, audit::Result::kWritten);
  EXPECT_EQ(outcomes[0].count, numbers.size());
}

TEST_F(HandoverTest, WhatWasHandedToAnEdgeThatDiedWithTheRecorderIsInDoubt) {
  start();
  const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 1);
  effects.clear();
  restart_recorder();
  adopt(Side::kLow, 2);
  EXPECT_EQ(delivered(Side::kLow, kBravo), std::vector{numbers.back()});  // never handed over
  pass(1);
  pass(Ledger::kOutcomeLinger);
  commit();
  const auto outcomes = rows(audit::Class::kOutcome);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, audit::Result::kInDoubt);
  EXPECT_EQ(outcomes[0].count, numbers.size() - 1);
}

TEST_F(HandoverTest, NOTHING_SILENT_WhatAnEdgeThatNeverComesBackHadIsInDoubt) {
  configuration.limits.queue_seconds = 60;
  start();
  const auto numbers = send(kBravo, 3);
  restart_recorder();
  pass(60 * kSecond + Deliveries::kGrace - 1);
  commit();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  pass(1);
  pass(Ledger::kOutcomeLinger);
  commit();
  ASSERT_EQ(rows(audit::Class::kOutcome).size(), 1U);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].result, audit::Result::kInDoubt);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].count, 3U);
}

TEST_F(HandoverTest, AnEdgesDeathSendsNoOrderTwice) {
  start();
  const std::string order = R"(<iq id="1" type="set"><x/></iq>)";
  std::vector<std::uint64_t> numbers;
  for (const std::string& bytes :
       {std::string("<message/>"), order, std::string(R"(<iq type="get"/>)")}) {
    ++high_;
    edge(Side::kHigh, ticket(high_, kAlpha));
    judge(kDown, forward(high_, kBravo, bytes));
    numbers.push_back(ledger->rows().back().sequence);
  }
  commit();
  effects.clear();
  adopt(Side::kLow, 2);
  EXPECT_EQ(delivered(Side::kLow, kBravo), (std::vector<std::uint64_t>{numbers[0], numbers[2]}));
  pass(Ledger::kOutcomeLinger);
  commit();
  ASSERT_EQ(rows(audit::Class::kOutcome).size(), 1U);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].result, audit::Result::kInDoubt);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].first_sequence, numbers[1]);
}

// The old recorder had heard how it ended and had not recorded it; then the edge dies as well.
TEST_F(HandoverTest, WhatEndedUnrecordedIsInDoubtWhenItsEdgeDies) {
  start();
  edge(Side::kHigh, ticket(1, kAlpha));
  judge(kDown, forward(1, kBravo, "<message/>"));  // could be sent again
  const std::vector numbers{ledger->rows().back().sequence};
  commit();
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[0]});
  restart_recorder();
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  edge(Side::kLow, wire::Hello{1, 0, 0, {numbers[0]}});
  commit();
  effects.clear();
  adopt(Side::kLow, 2);
  EXPECT_TRUE(delivered(Side::kLow, kBravo).empty());
  pass(Ledger::kOutcomeLinger);
  commit();
  EXPECT_EQ(rows(audit::Class::kOutcome).back().result, audit::Result::kInDoubt);
}

TEST_F(HandoverTest, ANewRecorderGoesOnAtTheRightTicket) {
  start();
  send(kBravo, 3);
  edge(Side::kHigh, ticket(4, kAlpha));
  restart_recorder();
  ledger->replace_edge(Side::kHigh, 1, now);
  commit();
  effects.clear();
  edge(Side::kHigh, wire::Hello{1, 2, 4, {}});  // it has not heard that 2 and 3 have ended
  commit();
  ASSERT_EQ(sent<wire::Welcome>(Side::kHigh).size(), 1U);
  EXPECT_EQ(sent<wire::Welcome>(Side::kHigh)[0].ended, 3U);
  edge(Side::kHigh, ticket(4, kAlpha));
  judge(kDown, forward(4, kBravo));
  commit();
  EXPECT_EQ(last_decision().number, 4U);
}

TEST_F(HandoverTest, AHelloThatTheLogContradictsDropsTheEdge) {
  start();
  send(kBravo, 3);
  restart_recorder();
  for (const auto& [open, last] : {std::pair{5U, 9U}, std::pair{0U, 2U}}) {
    ledger->replace_edge(Side::kHigh, 1, now);
    commit();
    effects.clear();
    edge(Side::kHigh, wire::Hello{1, open, last, {}});
    commit();
    EXPECT_TRUE(dropped(Side::kHigh)) << open;
  }
}

TEST_F(HandoverTest, WhatWasNotCommittedIsNotReleasedByANewRecorder) {
  start();
  edge(Side::kHigh, ticket(1, kAlpha));
  judge(kDown, forward(1, kBravo));  // in the store, not in the log
  EXPECT_EQ(store.names().size(), 1U);
  effects.clear();
  restart_recorder();
  EXPECT_TRUE(store.names().empty());
  adopt(Side::kLow, 1);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
}

TEST_F(HandoverTest, WithANewSupervisorWhatWasForwardedIsInDoubt) {
  start();
  const auto numbers = send(kBravo, 3, 10, "<late/>");
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[0]});
  pass(Ledger::kOutcomeLinger);
  commit();
  effects.clear();
  restart_recorder(true);
  const auto outcome = rows(audit::Class::kOutcome).back();
  EXPECT_EQ(outcome.result, audit::Result::kInDoubt);
  EXPECT_EQ(outcome.first_sequence, numbers[1]);
  EXPECT_EQ(outcome.last_sequence, numbers[2]);
  EXPECT_EQ(outcome.count, 2U);
  adopt(Side::kLow, 8);
  adopt(Side::kHigh, 9);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
}

TEST_F(HandoverTest, ADeliveryToAPeerThatThePolicyNoLongerHasIsInDoubt) {
  start();
  send(kBravo, 1);
  configuration.peers[kBravo].name = "other";
  restart_recorder(true);
  EXPECT_EQ(rows(audit::Class::kOutcome).back().peer, "bravo");
  EXPECT_EQ(rows(audit::Class::kOutcome).back().result, audit::Result::kInDoubt);
}

TEST_F(HandoverTest, ADamagedStoreIsSaidAndEverythingInItIsInDoubt) {
  start();
  send(kBravo, 2);
  octets()[5 * 4096 + 80] ^= 1;
  restart_recorder();
  EXPECT_EQ(events(audit::event::kStoreLost).size(), 1U);
  EXPECT_EQ(rows(audit::Class::kOutcome).back().result, audit::Result::kInDoubt);
  EXPECT_EQ(rows(audit::Class::kOutcome).back().count, 2U);
}

}  // namespace
}  // namespace guard::recorder
