// The switch from one policy to another, as the recorder makes it.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/base/hex.h"
#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {
namespace {

class PolicySwitch : public DeliveriesBed {
 protected:
  // The recorder is told of another policy; the new filters' ends have not come.
  void tell(std::uint8_t digest) {
    const Digest before = configuration.policy_digest;
    configuration.policy_digest.fill(digest);
    ledger->on_reconfigure(++number_, before, now);
  }
  void new_filters() {
    for (const Side side : kSides) ledger->replace_filter(side, now);
    commit();
  }
  void switch_to(std::uint8_t digest) {
    tell(digest);
    commit();
    new_filters();
  }

  template <class Message>
  std::vector<Message> told() const {
    std::vector<Message> found;
    for (const Effect& effect : effects) {
      const auto* told = std::get_if<ToSupervisor>(&effect);
      if (told == nullptr) continue;
      if (const auto* message = std::get_if<Message>(&told->message)) found.push_back(*message);
    }
    return found;
  }
  std::vector<audit::Record> withdrawn() const {
    std::vector<audit::Record> found;
    for (const audit::Record& row : rows(audit::Class::kOutcome)) {
      if (row.result == audit::Result::kWithdrawn) found.push_back(row);
    }
    return found;
  }

  std::uint64_t number_ = 0;
};

TEST_F(PolicySwitch, ONE_POLICY_PER_RECORD_TheDigestChangesWithItsOwnRow) {
  start();
  send(kBravo, 1);
  switch_to(0x33);
  send(kBravo, 1);
  bool seen = false;
  for (const audit::Record& row : log) {
    seen = seen || row.event == audit::event::kPolicySwitched;
    EXPECT_EQ(row.policy_digest.value()[0], seen ? 0x33 : 0x11) << row.sequence;
  }
  ASSERT_EQ(events(audit::event::kPolicySwitched).size(), 1U);
  Digest before;
  before.fill(0x11);
  EXPECT_EQ(events(audit::event::kPolicySwitched)[0].detail, "from " + to_hex(before));
}

// What an old filter still says is of the old policy: it is in no row.
TEST_F(PolicySwitch, ONE_POLICY_PER_RECORD_AJudgementBetweenTheFiltersCountsForNothing) {
  start();
  edge(Side::kHigh, ticket(1, kAlpha));
  tell(0x33);
  judge(Lane::kHighToLow, forward(1, kBravo, "<old/>"));
  commit();
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
  new_filters();
  judge(Lane::kHighToLow, refusal(1));
  commit();
  ASSERT_EQ(rows(audit::Class::kDecision).size(), 1U);
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().policy_digest.value()[0], 0x33);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
}

// The old filter was ahead of the edge's ticket.
TEST_F(PolicySwitch, ONE_POLICY_PER_RECORD_AJudgementThatWaitsForItsTicketIsForgotten) {
  start();
  judge(Lane::kHighToLow, forward(1, kBravo, "<old/>"));
  tell(0x33);
  edge(Side::kHigh, ticket(1, kAlpha));
  commit();
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
  new_filters();
  judge(Lane::kHighToLow, forward(1, kBravo, "<new/>"));
  commit();
  ASSERT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow)[0].bytes, "<new/>");
}

TEST_F(PolicySwitch, ItIsConfirmedOnlyOnceItIsOnDisk) {
  start();
  tell(0x33);
  EXPECT_TRUE(told<wire::Reconfigured>().empty());
  commit();
  ASSERT_EQ(told<wire::Reconfigured>().size(), 1U);
  EXPECT_EQ(told<wire::Reconfigured>()[0].number, 1U);
}

TEST_F(PolicySwitch, WithNothingWaitingItIsDrainedAtOnce) {
  start();
  switch_to(0x33);
  pass(100'000);
  commit();
  ASSERT_EQ(told<wire::Drained>().size(), 1U);
  EXPECT_EQ(told<wire::Drained>()[0].withdrawn, 0U);
  EXPECT_EQ(events(audit::event::kPolicyDrained).size(), 1U);
}

TEST_F(PolicySwitch, WhatTheOldPolicyReleasedMayLeaveForAWhile) {
  start();
  const auto numbers = send(kBravo, 1);
  switch_to(0x33);
  pass(Ledger::kDrain - 1);
  commit();
  EXPECT_TRUE(told<wire::Drained>().empty());
  EXPECT_TRUE(sent<wire::Withdraw>(Side::kLow).empty());
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[0]});
  pass(0);
  commit();
  ASSERT_EQ(told<wire::Drained>().size(), 1U);
  EXPECT_TRUE(withdrawn().empty());
}

TEST_F(PolicySwitch, WhatDoesNotLeaveInTimeIsWithdrawnWithARecordEach) {
  start();
  const auto old = send(kBravo, Deliveries::kWindowStanzas + 2, 10, "<late/>");
  switch_to(0x33);
  const auto young = send(kBravo, 1);
  pass(Ledger::kDrain);
  commit();
  commit();
  ASSERT_EQ(told<wire::Drained>().size(), 1U);
  EXPECT_EQ(told<wire::Drained>()[0].withdrawn, old.size());
  ASSERT_EQ(withdrawn().size(), 2U);
  EXPECT_EQ(withdrawn()[1].first_sequence, old.back());
  EXPECT_EQ(delivered(Side::kHigh, kAlpha).size(), 2U);
  ASSERT_EQ(sent<wire::Withdraw>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Withdraw>(Side::kLow)[0].deliveries.size(), Deliveries::kWindowStanzas);
  // What the new policy has released goes on.
  std::vector<std::uint64_t> at_edge = old;
  at_edge.resize(Deliveries::kWindowStanzas);
  report(Side::kLow, 1, wire::Delivery::kWithdrawn, at_edge);
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).back().delivery, young[0]);
}

TEST_F(PolicySwitch, ARetiredPeersStanzasAreTakenBackAtOnce) {
  start();
  send(kBravo, 1);
  send(kBeige, 1);
  configuration.peers[kBravo].retired = true;
  switch_to(0x33);
  ASSERT_EQ(sent<wire::Withdraw>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Withdraw>(Side::kLow)[0].deliveries.size(), 1U);
  send(kBravo, 1);  // a new filter would not; whoever says so is not obeyed
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerBlocked);
}

TEST_F(PolicySwitch, ANewPeerIsServed) {
  start();
  configuration.peers.push_back({"brown", Side::kLow});
  switch_to(0x33);
  send(4, 1);
  EXPECT_EQ(last_decision().receiver, "brown");
  EXPECT_EQ(delivered(Side::kLow, 4).size(), 1U);
}

TEST_F(PolicySwitch, ANewRecorderDrainsOnBehalfOfTheOne) {
  start();
  const auto numbers = send(kBravo, 1);
  switch_to(0x33);
  restart_recorder();
  ledger->drain(number_, now);
  commit();
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  edge(Side::kLow, wire::Hello{1, 0, 0, {numbers[0]}});
  commit();
  pass(Ledger::kDrain - 1);
  commit();
  EXPECT_TRUE(told<wire::Drained>().empty());
  pass(1);
  commit();
  EXPECT_EQ(told<wire::Drained>().size(), 1U);
  ASSERT_EQ(sent<wire::Withdraw>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Withdraw>(Side::kLow)[0].deliveries, numbers);
}

// The edge says its Hello to a new recorder only when the time is over.
TEST_F(PolicySwitch, WhatALateEdgeHoldsIsAskedBack) {
  start();
  const auto numbers = send(kBravo, 1);
  switch_to(0x33);
  restart_recorder();
  ledger->drain(number_, now);
  commit();
  pass(Ledger::kDrain);
  commit();
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  edge(Side::kLow, wire::Hello{1, 0, 0, {numbers[0]}});
  commit();
  ASSERT_EQ(sent<wire::Withdraw>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Withdraw>(Side::kLow)[0].deliveries, numbers);
}

// After a recorder's death the log knows peers by name only: the one in force is meant.
TEST_F(PolicySwitch, AfterADeathANamesakeThatIsRetiredGetsNothing) {
  start();
  configuration.peers[kBravo].retired = true;
  configuration.peers.push_back({"bravo", Side::kLow});
  switch_to(0x33);
  const auto numbers = send(4, 1);
  restart_recorder();
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  edge(Side::kLow, wire::Hello{1, 0, 0, {}});
  commit();
  ASSERT_FALSE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).back().peer, 4U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).back().delivery, numbers[0]);
}

}  // namespace
}  // namespace guard::recorder
