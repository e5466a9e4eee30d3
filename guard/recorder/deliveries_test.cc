#include "guard/recorder/deliveries.h"

#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {
namespace {

class DeliveriesTest : public DeliveriesBed {};

TEST_F(DeliveriesTest, AStalledPeerStopsOnlyItselfAtItsWindow) {
  start();
  const auto to_bravo = send(kBravo, Deliveries::kWindowStanzas + 1);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), Deliveries::kWindowStanzas);
  send(kBeige, 3);
  EXPECT_EQ(delivered(Side::kLow, kBeige).size(), 3U);
  report(Side::kLow, 1, wire::Delivery::kWritten, {to_bravo[0]});
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBravo), to_bravo);  // all, in order
}

TEST_F(DeliveriesTest, TheWindowIsAlsoBoundedInOctets) {
  start();
  const std::size_t third = Deliveries::kWindowBytes / 3;
  const auto numbers = send(kBravo, 4, third);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 2U);  // the third with its addresses is past it
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[0], numbers[1]});
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 4U);
}

TEST_F(DeliveriesTest, OneStanzaLargerThanTheWindowStillGoes) {
  start();
  send(kBravo, 1, Deliveries::kWindowBytes + 1);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 1U);
}

// One peer, several servers behind it.
TEST_F(DeliveriesTest, AStalledServerLeavesRoomForTheOthersBehindItsPeer) {
  start();
  const auto stalled = send_behind("one.example", Deliveries::kWindowStanzas + 5);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), Deliveries::kWindowStanzas);
  effects.clear();
  const auto others = send_behind("two.example", 20);
  EXPECT_EQ(delivered(Side::kLow, kBravo), others);
  effects.clear();
  // It has more than is free, and waits until it has less.
  report(Side::kLow, 1, wire::Delivery::kWritten, {stalled[0], stalled[1]});
  commit();
  EXPECT_TRUE(delivered(Side::kLow, kBravo).empty());
  report(Side::kLow, 2, wire::Delivery::kWritten, others);
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBravo),
            std::vector(stalled.begin() + Deliveries::kWindowStanzas,
                        stalled.begin() + Deliveries::kWindowStanzas + 2));
}

TEST_F(DeliveriesTest, ManyStalledServersLeaveRoomForOneMoreWithinThePeersWindow) {
  start();
  std::size_t sent_so_far = 0;
  for (int server = 0; server < 5; ++server) {
    effects.clear();
    send_behind("stalled-" + std::to_string(server), Deliveries::kWindowStanzas);
    const std::size_t count = delivered(Side::kLow, kBravo).size();
    EXPECT_GT(count, 10U) << server;
    EXPECT_LE(count, Deliveries::kPeerStanzas - sent_so_far);
    sent_so_far += count;
  }
  EXPECT_LT(sent_so_far, Deliveries::kPeerStanzas);
  effects.clear();
  const auto other = send_behind("good.example", 1);
  EXPECT_EQ(delivered(Side::kLow, kBravo), other);
}

TEST_F(DeliveriesTest, OctetsOfOnePairLeaveRoomForAnother) {
  start();
  const std::size_t third = Deliveries::kWindowBytes / 3;
  send_behind("one.example", 3, third);
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 2U);
  effects.clear();
  const auto others = send_behind("two.example", 1, third);
  EXPECT_EQ(delivered(Side::kLow, kBravo), others);
  effects.clear();
  // The first of a pair goes while the peer's window is not full, however large it is.
  const auto large = send_behind("three.example", 1, Deliveries::kPeerBytes * 3 / 5);
  EXPECT_EQ(delivered(Side::kLow, kBravo), large);
  effects.clear();
  send_behind("four.example", 1);
  EXPECT_TRUE(delivered(Side::kLow, kBravo).empty());
}

TEST_F(DeliveriesTest, PairsTakeTurnsAndEachKeepsItsOrder) {
  start();
  ledger->replace_edge(Side::kLow, 2, now);
  commit();
  const auto one = send_behind("one.example", 3);
  const auto two = send_behind("two.example", 2);
  effects.clear();
  edge(Side::kLow, wire::Hello{2, 0, 0, {}});
  commit();
  EXPECT_EQ(delivered(Side::kLow, kBravo),
            (std::vector<std::uint64_t>{one[0], two[0], one[1], two[1], one[2]}));
}

TEST_F(DeliveriesTest, PastTheQueueOfStanzasTheRecordIsARefusalAndTheSenderHearsOfIt) {
  configuration.limits.queue_stanzas = 3;
  start();
  send(kBravo, 3, 10, "<late/>");
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  send(kBravo, 1, 10, "<late/>");
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().reason, audit::reason::kQueueFull);
  EXPECT_EQ(last_decision().detail, "allowed");
  EXPECT_EQ(last_decision().action, audit::Action::kReply);
  EXPECT_EQ(last_decision().sent_hash, Sha256().digest(as_bytes("<late/>")));
  EXPECT_EQ(delivered(Side::kLow, kBravo).size(), 3U);
  const auto replies = sent<wire::Deliver>(Side::kHigh);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].peer, kAlpha);
  EXPECT_EQ(replies[0].bytes, "<late/>");
  EXPECT_EQ(replies[0].pair, (wire::DomainPair{"bravo.example", "alpha.example"}));
  // Without contingency bytes nothing is answered.
  send(kBravo, 1);
  EXPECT_EQ(last_decision().action, audit::Action::kNone);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
}

TEST_F(DeliveriesTest, PastTheQueueOfOctetsTheSame) {
  const std::size_t addresses = std::string("alpha.examplebravo.example").size();
  configuration.limits.queue_bytes = static_cast<std::uint32_t>(2 * (100 + addresses));
  start();
  send(kBravo, 2, 100);
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  send(kBravo, 1, 1);
  EXPECT_EQ(last_decision().reason, audit::reason::kQueueFull);
}

TEST_F(DeliveriesTest, AFullStoreRefusesAsAFullQueueDoes) {
  LedgerBed::memory.assign(16384, 0);
  store = Store::format(octets());
  start();
  std::size_t allowed = 0;
  do {
    send(kBravo, 1, 4000);
    ++allowed;
    ASSERT_LT(allowed, 100U);
  } while (last_decision().verdict == audit::Verdict::kAllowed);
  EXPECT_EQ(last_decision().reason, audit::reason::kStoreFull);
  EXPECT_GT(allowed, 3U);
}

TEST_F(DeliveriesTest, AFullQueueLooksToTheLowSideLikeASilentReceiver) {
  configuration.limits.queue_stanzas = 1;
  configuration.limits.queue_seconds = 60;
  start();
  send_up(1, "<late/>");
  send_up(1, "<late/>");
  EXPECT_EQ(last_decision().reason, audit::reason::kQueueFull);
  EXPECT_EQ(last_decision().action, audit::Action::kReply);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  pass(60 * kSecond - 1);
  commit();
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  pass(1);
  commit();
  ASSERT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow)[0].bytes, "<late/>");
}

TEST_F(DeliveriesTest, AReplyWithoutRoomIsLostAndTheRecordSaysSo) {
  configuration.limits.queue_stanzas = 1;
  start();
  for (const std::uint64_t number : {1U, 2U}) {
    edge(Side::kHigh, ticket(number, kAlpha));
    judge(kDown, reply(number));
  }
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision)[0].action, audit::Action::kReply);
  EXPECT_EQ(rows(audit::Class::kDecision)[1].action, audit::Action::kReplyLost);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
}

TEST_F(DeliveriesTest, WhatEndsAlikeIsOneRange) {
  start();
  const auto numbers = send(kBravo, 100);
  report(Side::kLow, 1, wire::Delivery::kWritten, numbers);
  commit();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  EXPECT_TRUE(sent<wire::OutcomesStored>(Side::kLow).empty());
  pass(Ledger::kOutcomeLinger);
  commit();
  const auto outcomes = rows(audit::Class::kOutcome);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].peer, "bravo");
  EXPECT_EQ(outcomes[0].side, Side::kLow);
  EXPECT_EQ(outcomes[0].result, audit::Result::kWritten);
  EXPECT_EQ(outcomes[0].first_sequence, numbers.front());
  EXPECT_EQ(outcomes[0].last_sequence, numbers.back());
  EXPECT_EQ(outcomes[0].count, 100U);
  EXPECT_EQ(outcomes[0].horizon, log.back().sequence + 1);
  EXPECT_EQ(sent<wire::OutcomesStored>(Side::kLow).back().number, 1U);
}

TEST_F(DeliveriesTest, ARangeNeverCoversADeliveryThatEndedOtherwise) {
  start();
  const auto numbers = send(kBravo, 6);
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers[2]});
  pass(Ledger::kOutcomeLinger);
  commit();
  report(Side::kLow, 2, wire::Delivery::kInDoubt, {numbers[3]});
  report(Side::kLow, 3, wire::Delivery::kWritten, {numbers[1], numbers[4]});
  pass(Ledger::kOutcomeLinger);
  commit();
  std::map<std::uint64_t, std::vector<audit::Result>> covered;
  for (const auto& outcome : rows(audit::Class::kOutcome)) {
    for (const std::uint64_t number : numbers) {
      if (number >= outcome.first_sequence && number <= outcome.last_sequence) {
        covered[number].push_back(outcome.result);
      }
    }
  }
  using audit::Result;
  const std::map<std::uint64_t, std::vector<Result>> expected = {{numbers[1], {Result::kWritten}},
                                                                 {numbers[2], {Result::kWritten}},
                                                                 {numbers[3], {Result::kInDoubt}},
                                                                 {numbers[4], {Result::kWritten}}};
  EXPECT_EQ(covered, expected);
  EXPECT_EQ(rows(audit::Class::kOutcome).back().horizon, numbers[0]);
}

TEST_F(DeliveriesTest, ManyOutcomesAreRecordedBeforeTheSecondIsOver) {
  start();
  std::vector<std::uint64_t> ended;
  std::uint64_t reports = 0;
  while (rows(audit::Class::kOutcome).empty()) {
    ASSERT_LE(ended.size(), Ledger::kOutcomeBatch);
    const auto numbers = send(kBravo, 512);
    report(Side::kLow, ++reports, wire::Delivery::kWritten, numbers);
    ended.insert(ended.end(), numbers.begin(), numbers.end());
    commit();
  }
  EXPECT_EQ(ended.size(), Ledger::kOutcomeBatch);
  EXPECT_EQ(rows(audit::Class::kOutcome).size(), 1U);
}

TEST_F(DeliveriesTest, WhatExpiresAtTheEdgeIsRecordedAndThenAnsweredWithTheContingencyBytes) {
  start();
  const auto numbers = send(kBravo, 2, 10, "<late/>");
  report(Side::kLow, 1, wire::Delivery::kExpired, {numbers[0]});
  commit();
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
  pass(Ledger::kOutcomeLinger);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());  // AUDIT_BEFORE_RELEASE
  commit();
  const auto outcome = rows(audit::Class::kOutcome).back();
  EXPECT_EQ(outcome.result, audit::Result::kExpired);
  EXPECT_EQ(outcome.first_sequence, numbers[0]);
  EXPECT_EQ(outcome.action, audit::Action::kReply);
  EXPECT_EQ(outcome.sender, "alpha");
  EXPECT_EQ(outcome.direction, kDown);
  EXPECT_EQ(outcome.sent_hash, Sha256().digest(as_bytes("<late/>")));
  const auto replies = sent<wire::Deliver>(Side::kHigh);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].delivery, outcome.sequence);
  EXPECT_EQ(replies[0].peer, kAlpha);
  EXPECT_EQ(store.find(numbers[0]), std::nullopt);
  // The reply's own end is recorded, too.
  report(Side::kHigh, 1, wire::Delivery::kWritten, {outcome.sequence});
  pass(Ledger::kOutcomeLinger);
  commit();
  EXPECT_EQ(rows(audit::Class::kOutcome).back().peer, "alpha");
  EXPECT_EQ(rows(audit::Class::kOutcome).back().first_sequence, outcome.sequence);
}

TEST_F(DeliveriesTest, WhatWaitsPastItsDeadlineExpiresHere) {
  configuration.limits.queue_seconds = 60;
  start();
  const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 2);
  pass(60 * kSecond - 1);
  commit();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  pass(1);
  pass(Ledger::kOutcomeLinger);
  commit();
  const auto outcomes = rows(audit::Class::kOutcome);
  ASSERT_EQ(outcomes.size(), 1U);  // the edge still has the window's
  EXPECT_EQ(outcomes[0].result, audit::Result::kExpired);
  EXPECT_EQ(outcomes[0].first_sequence, numbers[Deliveries::kWindowStanzas]);
  EXPECT_EQ(outcomes[0].count, 2U);
}

TEST_F(DeliveriesTest, NOTHING_SILENT_AnEdgeThatNeverReportsLeavesItsDeliveriesInDoubt) {
  configuration.limits.queue_seconds = 60;
  start();
  const auto numbers = send(kBravo, 2);
  pass(60 * kSecond + Deliveries::kGrace - 1);
  commit();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  pass(1);
  pass(Ledger::kOutcomeLinger);
  commit();
  ASSERT_EQ(rows(audit::Class::kOutcome).size(), 1U);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].result, audit::Result::kInDoubt);
  EXPECT_EQ(rows(audit::Class::kOutcome)[0].count, 2U);
}

TEST_F(DeliveriesTest, AReportOfWhatWasNotSentToThatEdgeIsIgnored) {
  start();
  const auto numbers = send(kBravo, Deliveries::kWindowStanzas + 1);
  report(Side::kHigh, 1, wire::Delivery::kWritten, {numbers[0]});     // not its side's
  report(Side::kLow, 1, wire::Delivery::kWritten, {numbers.back()});  // not sent yet
  report(Side::kLow, 2, wire::Delivery::kWritten, {999'999});         // not there
  pass(Ledger::kOutcomeLinger);
  commit();
  EXPECT_TRUE(rows(audit::Class::kOutcome).empty());
  EXPECT_EQ(sent<wire::OutcomesStored>(Side::kLow).back().number, 2U);
}

TEST_F(DeliveriesTest, AnOrderlyEndLeavesNothingWithoutAnOutcome) {
  start();
  send(kBravo, Deliveries::kWindowStanzas + 5, 10, "<late/>");
  ledger->stop(now);
  commit();
  std::uint64_t in_doubt = 0;
  std::uint64_t expired = 0;
  for (const auto& outcome : rows(audit::Class::kOutcome)) {
    if (outcome.result == audit::Result::kInDoubt) in_doubt += outcome.count;
    if (outcome.result == audit::Result::kExpired) expired += outcome.count;
    EXPECT_EQ(outcome.action, audit::Action::kNone);
  }
  EXPECT_EQ(in_doubt, Deliveries::kWindowStanzas);
  EXPECT_EQ(expired, 5U);
  EXPECT_EQ(log.back().event, audit::event::kRecorderStopped);
  EXPECT_EQ(log.back().horizon, log.back().sequence + 1);
}

}  // namespace
}  // namespace guard::recorder
