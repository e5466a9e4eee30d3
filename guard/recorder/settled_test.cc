// What the recorder tells an edge about tickets that are settled, and when (SPEC: S23); what it
// tells a low one of what goes up: settled_low_test.cc.
#include <gtest/gtest.h>

#include <numeric>

#include "audit/catalogue.h"
#include "guard/recorder/settled_bed.h"

namespace guard::recorder {
namespace {

class SettledTest : public SettledBed {};

TEST_F(SettledTest, WhatIsRefusedIsSettledWithItsRow) {
  start();
  settled();
  for (const std::uint64_t n : {1U, 2U, 3U}) edge(Side::kHigh, ticket(n, kAlpha));
  judge(kDown, refusal(1));
  judge(kDown, reply(2));
  EXPECT_TRUE(settled().empty());
  commit();
  EXPECT_EQ(settled(), (Numbers{1, 2}));
  edge(Side::kHigh, wire::Killed{3});
  commit();
  EXPECT_EQ(settled(), Numbers{3});
}

TEST_F(SettledTest, AUDIT_BEFORE_COUNT_WhatCrossesIsSettledWhenItsEndIsDurable) {
  start();
  const auto numbers = send(kBravo, 3);
  EXPECT_TRUE(settled().empty());
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[1]});
  commit();
  EXPECT_TRUE(settled().empty());
  pass(Ledger::kOutcomeLinger);
  EXPECT_EQ(ledger->rows().size(), 1U);
  EXPECT_TRUE(settled().empty());
  commit();
  EXPECT_EQ(settled(), Numbers{2});
  report(Side::kLow, 2, wire::Delivery::kWritten, {numbers[0], numbers[2]});
  flush();
  EXPECT_EQ(settled(), (Numbers{1, 3}));
}

TEST_F(SettledTest, WithinTheHighSideItIsSettledWhenTheNeighbourHasIt) {
  start();
  settled();
  wire::Ticket made = ticket(1, kAlpha);
  made.lane = Lane::kHighToHigh;
  edge(Side::kHigh, made);
  judge(Lane::kHighToHigh, forward(1, kAmber));
  commit();
  const Numbers numbers = delivered(Side::kHigh, kAmber);
  EXPECT_EQ(numbers.size(), 1U);
  EXPECT_TRUE(settled().empty());
  report(Side::kHigh, 1, wire::Delivery::kDelivered, numbers);
  flush();
  EXPECT_TRUE(sent<wire::Settled>(Side::kLow).empty());
  EXPECT_EQ(settled(), Numbers{1});
}

TEST_F(SettledTest, EveryEndCounts) {
  start();
  const auto numbers = send(kBravo, 4, 10, "<late/>");
  settled();
  report(Side::kLow, 1, wire::Delivery::kExpired, {numbers[0]});
  report(Side::kLow, 2, wire::Delivery::kInDoubt, {numbers[1]});
  report(Side::kLow, 3, wire::Delivery::kWithdrawn, {numbers[2]});
  report(Side::kLow, 4, wire::Delivery::kDelivered, {numbers[3]});
  flush();
  EXPECT_EQ(settled(), (Numbers{1, 2, 3, 4}));
}

TEST_F(SettledTest, AFarPeerThatTakesNothingHoldsNobodyUpForEver) {
  start();
  ledger->replace_edge(Side::kLow, 2, now);  // which never says Hello
  commit();
  send(kBravo, 2, 10, "<late/>");
  settled();
  pass(std::int64_t{configuration.limits.queue_seconds} * kSecond - 1);
  commit();
  EXPECT_TRUE(settled().empty());
  pass(1);
  flush();
  EXPECT_EQ(settled(), (Numbers{1, 2}));
  // A full queue refuses at once.
  configuration.limits.queue_stanzas = 0;
  send(kBravo, 1, 10, "<late/>");
  EXPECT_EQ(settled(), Numbers{3});
}

TEST_F(SettledTest, ANewRecorderTellsAgainAndNotMore) {
  start();
  const auto numbers = send(kBravo, 4);
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[1]});
  flush();
  edge(Side::kHigh, ticket(5, kAlpha));
  judge(kDown, refusal(5));
  commit();
  settled();
  restart_recorder();
  greet_again(Side::kHigh, {}, 5);
  EXPECT_EQ(settled(), (Numbers{2, 5}));
  greet_again(Side::kLow, {numbers[0], numbers[2], numbers[3]});
  report(Side::kLow, 2, wire::Delivery::kDelivered, {numbers[0], numbers[2], numbers[3]});
  flush();
  EXPECT_EQ(settled(), (Numbers{1, 3, 4}));
}

// It had heard how the delivery ended, and had no row of it.
TEST_F(SettledTest, AUDIT_BEFORE_COUNT_WhatEndedUnrecordedIsNotSettledForANewRecorder) {
  start();
  const auto numbers = send(kBravo, 1);
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[0]});
  commit();
  settled();
  restart_recorder();
  greet_again(Side::kHigh, {}, 1);
  EXPECT_TRUE(settled().empty());
  greet_again(Side::kLow, {numbers[0]});
  EXPECT_TRUE(delivered(Side::kLow, kBravo).empty());  // it is not sent again
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[0]});
  flush();
  EXPECT_EQ(settled(), Numbers{1});
}

// Its row was written, and the recorder died before it could say so.
TEST_F(SettledTest, WhatEndedRecordedIsSettledForANewRecorder) {
  start();
  const auto numbers = send(kBravo, 2);
  report(Side::kLow, 1, wire::Delivery::kDelivered, {numbers[0]});
  commit();
  pass(Ledger::kOutcomeLinger);
  append();
  settled();
  restart_recorder();
  greet_again(Side::kHigh, {}, 2);
  EXPECT_EQ(settled(), Numbers{1});
}

// Another recorder with a store that cannot be read: all is in doubt, on record, and so settled.
TEST_F(SettledTest, WhatIsInDoubtWithALostStoreIsSettled) {
  start();
  send(kBravo, 2);
  settled();
  memory[0] ^= 1;
  restart_recorder();
  greet_again(Side::kHigh, {}, 2);
  EXPECT_EQ(rows(audit::Class::kOutcome).back().result, audit::Result::kInDoubt);
  EXPECT_EQ(settled(), (Numbers{1, 2}));
}

TEST_F(SettledTest, ANewEdgeIsToldNothingOfAnothersStanzas) {
  start();
  const auto numbers = send(kBravo, 2);
  settled();
  adopt(Side::kHigh, 2);
  high_ = 0;
  report(Side::kLow, 1, wire::Delivery::kDelivered, numbers);
  flush();
  EXPECT_TRUE(settled().empty());
  send(kBravo, 1);
  EXPECT_TRUE(settled().empty());
  restart_recorder();
  ledger->replace_edge(Side::kHigh, 2, now);
  commit();
  edge(Side::kHigh, wire::Hello{2, 0, 1, {}});
  commit();
  EXPECT_TRUE(settled().empty());
}

TEST_F(SettledTest, ALongListComesInSeveralMessages) {
  configuration.limits.queue_stanzas = 2 * Ledger::kRunsAtOnce + 2;
  start();
  const std::uint64_t count = 2 * Ledger::kRunsAtOnce + 2;
  for (std::uint64_t n = 1; n <= count; ++n) {
    edge(Side::kHigh, ticket(n, kAlpha));
    judge(kDown, n % 2 == 0 ? refusal(n) : forward(n, kBravo));
    if (n % 512 == 0) commit();
  }
  commit();
  settled();
  restart_recorder();
  greet_again(Side::kHigh, {}, count);
  const auto told = sent<wire::Settled>(Side::kHigh);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].runs.size(), Ledger::kRunsAtOnce);
  EXPECT_EQ(told[1].runs, (std::vector<wire::TicketRun>{{count, count}}));
}

}  // namespace
}  // namespace guard::recorder
