// What the operator blocks and stops: refused, taken back, recorded.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {
namespace {

class ControlsTest : public DeliveriesBed {
 protected:
  void control(wire::Controls controls) {
    controls.number = ++number_;
    ledger->on_controls(controls, now);
    in_force_before_commit_ = in_force();
    commit();
  }
  void block(PeerIndex peer) { control({.blocked = {peer}}); }

  // The numbers that guardd has been told are in force.
  std::vector<std::uint64_t> in_force() const {
    std::vector<std::uint64_t> found;
    for (const Effect& effect : effects) {
      const auto* told = std::get_if<ToSupervisor>(&effect);
      if (told == nullptr) continue;
      if (const auto* message = std::get_if<wire::ControlsInForce>(&told->message)) {
        found.push_back(message->number);
      }
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
  std::vector<std::uint64_t> in_force_before_commit_;
};

TEST_F(ControlsTest, NothingForABlockedPeerIsReleasedAndTheSenderHearsOfIt) {
  start();
  block(kBravo);
  send(kBravo, 1, 10, "<late/>");
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerBlocked);
  EXPECT_EQ(last_decision().detail, "allowed");
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 0U);
  ASSERT_EQ(delivered(Side::kHigh, kAlpha).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh)[0].bytes, "<late/>");
}

// What the policy's dates keep out is refused and taken back like what an operator blocks; the row
// says which it was.
TEST_F(ControlsTest, NothingForOrFromAnAbsentPeerIsReleased) {
  start();
  control({.absent = {{.peer = kBravo}}});
  send(kBravo, 1, 10, "<late/>");
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerInactive);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 0U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh)[0].bytes, "<late/>");
  control({.absent = {{.peer = kBravo, .blocked = true}}});
  send(kBravo, 2);
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerBlocked);
  control({.absent = {{.peer = kAlpha}}});
  send(kBravo, 3);
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerInactive);
  control({});
  send(kBravo, 4);
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
}

TEST_F(ControlsTest, OtherPeersGoOn) {
  start();
  block(kBravo);
  send(kBeige, 1);
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(delivered(Side::kLow, kBeige).size(), 1U);
}

TEST_F(ControlsTest, NothingFromABlockedPeerIsReleasedAndItIsToldNothing) {
  start();
  block(kAlpha);
  send(kBravo, 1, 10, "<late/>");
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerBlocked);
  EXPECT_EQ(last_decision().action, audit::Action::kNone);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
}

TEST_F(ControlsTest, ARefusalOfABlockedPeerIsNotAnsweredEither) {
  start();
  block(kAlpha);
  edge(Side::kHigh, ticket(1, kAlpha));
  judge(Lane::kHighToLow, reply(1));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().action, audit::Action::kNone);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
}

TEST_F(ControlsTest, AStoppedDirectionRefusesAndTheOtherGoesOn) {
  start();
  control({.stopped = {kDown}});
  send(kBravo, 1);
  EXPECT_EQ(last_decision().reason, audit::reason::kDirectionStopped);
  send_up(1, "");
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
}

TEST_F(ControlsTest, WhatWasUndoneIsAllowedAgain) {
  start();
  block(kBravo);
  control({});
  send(kBravo, 1);
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 1U);
}

// What waits behind the window is withdrawn at once, with a record each; what is at the edge is
// asked back.
TEST_F(ControlsTest, WhatWaitsIsTakenBackWithARecordEach) {
  start();
  const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 3, 10, "<late/>");
  block(kBravo);
  const auto asked = sent<wire::Withdraw>(Side::kLow);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].deliveries.size(), Deliveries::kWindowStanzas);
  ASSERT_EQ(withdrawn().size(), 3U);
  EXPECT_EQ(withdrawn()[0].first_sequence, numbers[Deliveries::kWindowStanzas]);
  EXPECT_EQ(withdrawn()[0].action, audit::Action::kReply);
  EXPECT_EQ(delivered(Side::kHigh, kAlpha).size(), 3U);
  // The edge gives one back and had given another to its connection.
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[0]});
  report(Side::kLow, 2, wire::Delivery::kWithdrawn, {numbers[1]});
  pass(Ledger::kOutcomeLinger + 1);
  pass(Ledger::kOutcomeLinger + 1);
  commit();
  EXPECT_EQ(withdrawn().size(), 4U);
  EXPECT_EQ(withdrawn()[3].first_sequence, numbers[1]);
}

// From alpha to bravo; then the time of one of them ends.
class TimeEnds : public ControlsTest {
 protected:
  void end_of(PeerIndex peer) {
    start();
    const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 2, 10, "<late/>");
    control({.absent = {{.peer = peer}}});
    const auto asked = sent<wire::Withdraw>(Side::kLow);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].deliveries.size(), Deliveries::kWindowStanzas);
    ASSERT_EQ(withdrawn().size(), 2U);
    EXPECT_EQ(withdrawn()[0].first_sequence, numbers[Deliveries::kWindowStanzas]);
    report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[0]});
    report(Side::kLow, 2, wire::Delivery::kWithdrawn, {numbers[1]});
    pass(Ledger::kOutcomeLinger + 1);
    pass(Ledger::kOutcomeLinger + 1);
    commit();
    ASSERT_EQ(withdrawn().size(), 3U);
    EXPECT_EQ(withdrawn()[2].first_sequence, numbers[1]);
  }
};

TEST_F(TimeEnds, WhatWaitsForThatPeerIsTakenBackWithARecordEach) {
  end_of(kBravo);
  EXPECT_EQ(delivered(Side::kHigh, kAlpha).size(), 3U);  // its senders hear of it
}

TEST_F(TimeEnds, WhatCameFromThatPeerIsTakenBackAndItIsToldNothing) {
  end_of(kAlpha);
  EXPECT_EQ(delivered(Side::kHigh, kAlpha).size(), 0U);
}

TEST_F(ControlsTest, AnotherPeersTimeTakesNothingBack) {
  start();
  send(kBravo, Deliveries::kWindowStanzas + 2, 10, "<late/>");
  control({.absent = {{.peer = kBeige}}});
  EXPECT_TRUE(sent<wire::Withdraw>(Side::kLow).empty());
  EXPECT_TRUE(withdrawn().empty());
}

TEST_F(ControlsTest, WhatWaitsOfAStoppedDirectionIsTakenBackAndRepliesAreNot) {
  start();
  ledger->replace_edge(Side::kHigh, 2, now);  // nothing can be handed over on the high side
  commit();
  send_up(2, "");
  control({.stopped = {kUp}});
  EXPECT_EQ(withdrawn().size(), 2U);
  EXPECT_EQ(ledger->queue_counts().size(), 0U);
}

// Towards the low side a block takes as long as a receiver that does not answer.
TEST_F(ControlsTest, TheLowSideHearsOfABlockNoSoonerThanOfSilence) {
  configuration.limits.queue_seconds = 10;
  start();
  block(kAlpha);
  send_up(1, "<late/>");
  EXPECT_EQ(last_decision().reason, audit::reason::kPeerBlocked);
  pass(9'999'000);
  commit();
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  pass(2'000);
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
}

// INVARIANT(NOTHING_SILENT): an edge that dies with what was asked back may have written it.
TEST_F(ControlsTest, NOTHING_SILENT_WhatADeadEdgeHadIsInDoubtAndNotSentAgain) {
  start();
  const auto numbers = send(kBravo, 1);
  block(kBravo);
  effects.clear();
  adopt(Side::kLow, 2);
  pass(Ledger::kOutcomeLinger + 1);
  pass(Ledger::kOutcomeLinger + 1);
  commit();
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  const auto outcomes = rows(audit::Class::kOutcome);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, audit::Result::kInDoubt);
  EXPECT_EQ(outcomes[0].first_sequence, numbers[0]);
}

TEST_F(ControlsTest, ANewRecorderTakesBackWhatTheOldOneHadReleased) {
  start();
  const auto numbers = send(kBravo, 2);
  restart_recorder();
  block(kBravo);
  EXPECT_TRUE(sent<wire::Withdraw>(Side::kLow).empty()) << "no edge has said Hello";
  effects.clear();
  ledger->replace_edge(Side::kLow, 1, now);
  commit();
  wire::Hello hello;
  hello.epoch = 1;
  hello.held = {numbers[0]};
  edge(Side::kLow, hello);
  commit();
  const auto asked = sent<wire::Withdraw>(Side::kLow);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].deliveries, std::vector<std::uint64_t>{numbers[0]});
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  ASSERT_EQ(withdrawn().size(), 1U);
  EXPECT_EQ(withdrawn()[0].first_sequence, numbers[1]);
}

// INVARIANT(AUDIT_BEFORE_RELEASE): that controls are in force is said when it is durable.
TEST_F(ControlsTest, AUDIT_BEFORE_RELEASE_InForceIsSaidAfterTheCommit) {
  start();
  block(kBravo);
  EXPECT_TRUE(in_force_before_commit_.empty());
  EXPECT_EQ(in_force(), std::vector<std::uint64_t>{1});
}

TEST_F(ControlsTest, CountsSayWhatWaits) {
  start();
  EXPECT_TRUE(ledger->queue_counts().empty());
  send(kBravo, 2);
  const auto counts = ledger->queue_counts();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].peer, kBravo);
  EXPECT_EQ(counts[0].stanzas, 2U);
  EXPECT_GT(counts[0].octets, 20U);
}

}  // namespace
}  // namespace guard::recorder
