#include "guard/recorder/ledger.h"

#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

class LedgerTest : public testing::Test, public LedgerBed {
 protected:
  void open(Side side, std::uint64_t number, PeerIndex peer, std::uint64_t stream = 1) {
    edge(side, ticket(number, peer, stream));
  }
  audit::Record last_decision() const { return rows(audit::Class::kDecision).back(); }
};

// ---------------------------------------------------------------- matching

TEST_F(LedgerTest, AForwardedStanzaIsRecordedThenReleasedToTheFarEdge) {
  start();
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo, "<message/>"));
  ASSERT_EQ(ledger->rows().size(), 1U);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());  // AUDIT_BEFORE_RELEASE
  commit();
  const auto row = last_decision();
  EXPECT_EQ(row.verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(row.action, audit::Action::kForward);
  EXPECT_EQ(row.sender, "alpha");
  EXPECT_EQ(row.receiver, "bravo");
  EXPECT_EQ(row.received_hash, hash_of(1));
  EXPECT_EQ(row.sent_size, 10U);
  EXPECT_EQ(row.sent_hash, Sha256().digest(as_bytes("<message/>")));
  EXPECT_EQ(row.policy_digest, configuration.policy_digest);  // ONE_POLICY_PER_RECORD
  EXPECT_EQ(row.configuration_digest, configuration.configuration_digest);
  const auto delivered = sent<wire::Deliver>(Side::kLow);
  ASSERT_EQ(delivered.size(), 1U);
  EXPECT_EQ(delivered[0].delivery, row.sequence);
  EXPECT_EQ(delivered[0].peer, kBravo);
  EXPECT_EQ(delivered[0].bytes, "<message/>");
  EXPECT_EQ(delivered[0].pair.to, "bravo.example");
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
  EXPECT_EQ(sent<wire::Ended>(Side::kHigh).back().ticket, 1U);
}

TEST_F(LedgerTest, ARefusalIsAnsweredToTheNearEdgeAfterItsRow) {
  start();
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, reply(1, "<no/>"));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().action, audit::Action::kReply);
  EXPECT_EQ(last_decision().reason, "label-missing");
  ASSERT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh)[0].peer, kAlpha);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
}

TEST_F(LedgerTest, ARefusalMayNameItsReceiverForTheRecord) {
  start();
  open(Side::kHigh, 1, kAlpha);
  auto refused = refusal(1);
  refused.far_peer = kBravo;
  judge(kDown, refused);
  commit();
  EXPECT_EQ(last_decision().receiver, "bravo");
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  open(Side::kHigh, 2, kAlpha);
  refused = refusal(2);
  refused.far_peer = kAmber;  // of the near side
  judge(kDown, refused);
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 1U);
  EXPECT_EQ(restarts().size(), 1U);
}

TEST_F(LedgerTest, ASilentRefusalReleasesNothing) {
  start();
  open(Side::kLow, 1, kBravo);
  judge(kUp, refusal(1));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kRefused);
  EXPECT_EQ(last_decision().action, audit::Action::kNone);
  EXPECT_FALSE(last_decision().sent_hash.has_value());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_EQ(sent<wire::Ended>(Side::kLow).back().ticket, 1U);
}

TEST_F(LedgerTest, AJudgementMayComeBeforeItsTicket) {
  start();
  judge(kDown, forward(1, kBravo));
  judge(kDown, forward(2, kBravo));
  EXPECT_TRUE(ledger->rows().empty());
  open(Side::kHigh, 1, kAlpha);
  open(Side::kHigh, 2, kAlpha);
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 2U);
  EXPECT_TRUE(restarts().empty());
}

TEST_F(LedgerTest, AJudgementOfOtherBytesIsNeverReleasedAndTheLaneIsStartedAgain) {
  start();
  open(Side::kHigh, 1, kAlpha);
  auto lie = forward(1, kBravo);
  lie.input[5] ^= 1;
  judge(kDown, lie);
  commit();
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  ASSERT_EQ(restarts().size(), 1U);
  EXPECT_EQ(restarts()[0].side, Side::kHigh);
  EXPECT_EQ(events(audit::event::kFilterViolation).size(), 1U);
  // Whatever else the old filter says is not heard; the new one's word counts.
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
  ledger->replace_filter(Side::kHigh, now);
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
}

TEST_F(LedgerTest, AJudgementAheadOfItsTurnRestartsTheFilter) {
  start();
  open(Side::kHigh, 1, kAlpha);
  open(Side::kHigh, 2, kAlpha);
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(restarts().size(), 1U);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
}

TEST_F(LedgerTest, ASecondJudgementOfAnEndedTicketIsIgnored) {
  start();
  open(Side::kHigh, 1, kAlpha);
  open(Side::kHigh, 2, kAlpha);
  judge(kDown, forward(1, kBravo));
  ledger->replace_filter(Side::kHigh, now);
  judge(kDown, forward(1, kBravo));
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 2U);
  EXPECT_TRUE(restarts().empty());
}

// ---------------------------------------------------------------- closing streams, deaths

TEST_F(LedgerTest, AClosedStreamWithholdsWhatFollowsOnIt) {
  start();
  open(Side::kHigh, 1, kAlpha, 5);
  open(Side::kHigh, 2, kAlpha, 5);
  open(Side::kHigh, 3, kAlpha, 6);
  judge(kDown, close(1, wire::StreamCondition::kNotWellFormed));
  judge(kDown, forward(2, kBravo));
  judge(kDown, forward(3, kBravo));
  commit();
  const auto decided = rows(audit::Class::kDecision);
  ASSERT_EQ(decided.size(), 3U);
  EXPECT_EQ(decided[0].action, audit::Action::kClose);
  EXPECT_EQ(decided[0].detail, "not-well-formed");
  EXPECT_EQ(decided[1].verdict, audit::Verdict::kWithheld);
  EXPECT_EQ(decided[1].reason, audit::reason::kStreamClosed);
  EXPECT_EQ(decided[1].detail, "allowed");
  EXPECT_EQ(decided[2].verdict, audit::Verdict::kAllowed);
  const auto closes = sent<wire::CloseStream>(Side::kHigh);
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_EQ(closes[0].stream, 5U);
  EXPECT_EQ(closes[0].condition, wire::StreamCondition::kNotWellFormed);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
}

TEST_F(LedgerTest, AClosedStreamIsForgottenOnceItsLastTicketHasEnded) {
  start();
  open(Side::kHigh, 1, kAlpha, 5);
  open(Side::kHigh, 2, kAlpha, 5);
  judge(kDown, close(1, wire::StreamCondition::kReset));
  edge(Side::kHigh, wire::StreamEnded{5});
  judge(kDown, forward(2, kBravo));
  open(Side::kHigh, 3, kAlpha, 5);  // an edge would not; the number is free again
  judge(kDown, forward(3, kBravo));
  commit();
  const auto decided = rows(audit::Class::kDecision);
  EXPECT_EQ(decided[1].reason, audit::reason::kStreamClosed);
  EXPECT_EQ(decided[2].verdict, audit::Verdict::kAllowed);
}

TEST_F(LedgerTest, AKilledTicketIsWithheldByTheEdgesHashAndItsStreamClosed) {
  start();
  open(Side::kLow, 1, kBravo, 9);
  open(Side::kLow, 2, kBravo, 9);
  edge(Side::kLow, wire::Killed{1});
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kWithheld);
  EXPECT_EQ(last_decision().reason, audit::reason::kFilterDied);
  EXPECT_EQ(last_decision().received_hash, hash_of(1));
  ASSERT_EQ(sent<wire::CloseStream>(Side::kLow).size(), 1U);
  EXPECT_EQ(sent<wire::CloseStream>(Side::kLow)[0].stream, 9U);
  EXPECT_EQ(sent<wire::Ended>(Side::kLow).back().ticket, 1U);
  judge(kUp, forward(2, kAlpha));
  commit();
  EXPECT_EQ(last_decision().reason, audit::reason::kStreamClosed);
}

TEST_F(LedgerTest, KilledOfAnEndedTicketIsIgnoredAndOfALaterOneDropsTheEdge) {
  start();
  open(Side::kLow, 1, kBravo);
  judge(kUp, refusal(1));
  edge(Side::kLow, wire::Killed{1});
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 1U);
  EXPECT_FALSE(dropped(Side::kLow));
  open(Side::kLow, 2, kBravo);
  open(Side::kLow, 3, kBravo);
  edge(Side::kLow, wire::Killed{3});
  commit();
  EXPECT_TRUE(dropped(Side::kLow));
}

TEST_F(LedgerTest, NOTHING_SILENT_ADeadEdgesTicketsAreWithheldAndItsDeliveriesGoToItsSuccessor) {
  start();
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo));
  open(Side::kHigh, 2, kAlpha);
  open(Side::kLow, 1, kBravo);
  commit();
  const auto first = sent<wire::Deliver>(Side::kLow);
  ASSERT_EQ(first.size(), 1U);
  effects.clear();
  adopt(Side::kLow, 2);
  EXPECT_EQ(last_decision().reason, audit::reason::kEdgeDied);
  EXPECT_EQ(last_decision().direction, kUp);
  EXPECT_EQ(last_decision().epoch, 1U);
  const auto again = sent<wire::Deliver>(Side::kLow);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].delivery, first[0].delivery);
  // The high edge's open ticket is not touched.
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
}

TEST_F(LedgerTest, AnEdgeThatIsNotThereGetsNothingUntilItsSuccessorSaysHello) {
  make();
  ledger->replace_edge(Side::kHigh, 1, now);
  commit();
  edge(Side::kHigh, wire::Hello{1, 0, 0, {}});
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  adopt(Side::kLow, 1);
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
}

// ---------------------------------------------------------------- clock

TEST_F(LedgerTest, AClockThatStepsBackALittleIsClampedWithAnEvent) {
  start();
  const UtcTime before = now;
  now.microseconds -= RowBook::kClampLimit;
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(last_decision().time, before);
  EXPECT_EQ(events(audit::event::kClockBack).size(), 1U);
}

TEST_F(LedgerTest, FAIL_CLOSED_AClockThatStepsBackFurtherWithholds) {
  start();
  const UtcTime before = now;
  now.microseconds -= RowBook::kClampLimit + 1;
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kWithheld);
  EXPECT_EQ(last_decision().reason, audit::reason::kClock);
  EXPECT_EQ(last_decision().time, before);
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_EQ(events(audit::event::kClockBehind).size(), 1U);
  now = before;
  open(Side::kHigh, 2, kAlpha);
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(events(audit::event::kClockGood).size(), 1U);
}

// ---------------------------------------------------------------- events

TEST_F(LedgerTest, EventsAreAcknowledgedOnceTheyAreDurable) {
  start();
  wire::Event event;
  event.number = 1;
  event.time = now;
  event.event = wire::EdgeEvent::kStreamAuthenticated;
  event.stream = 3;
  event.peer = kAlpha;
  event.address = "192.0.2.1";
  event.detail = "external";
  edge(Side::kHigh, event);
  EXPECT_TRUE(sent<wire::EventsStored>(Side::kHigh).empty());
  commit();
  ASSERT_EQ(sent<wire::EventsStored>(Side::kHigh).size(), 1U);
  EXPECT_EQ(sent<wire::EventsStored>(Side::kHigh)[0].number, 1U);
  const auto stored = events(audit::event::kStreamAuthenticated);
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].peer, "alpha");
  EXPECT_EQ(stored[0].side, Side::kHigh);
  EXPECT_EQ(stored[0].verdict, audit::Verdict::kNone);
  edge(Side::kHigh, event);  // told again to a new recorder, say
  commit();
  EXPECT_EQ(events(audit::event::kStreamAuthenticated).size(), 1U);
}

TEST_F(LedgerTest, AnEventNamesNoPeerOfTheOtherSide) {
  start();
  wire::Event event;
  event.number = 1;
  event.event = wire::EdgeEvent::kStrangers;
  event.peer = kBravo;
  event.count = 70;
  edge(Side::kHigh, event);
  commit();
  EXPECT_EQ(events(audit::event::kStrangers)[0].peer, "");
  EXPECT_EQ(events(audit::event::kStrangers)[0].count, 70U);
}

TEST_F(LedgerTest, NotesOfTheSupervisorBecomeRows) {
  start();
  ledger->on_note({1, now, "process-died", "edge-low: signal 9"}, now);
  ledger->on_note({2, now, "Not A Name", ""}, now);
  commit();
  EXPECT_EQ(events("process-died").size(), 1U);
  EXPECT_EQ(events("note").size(), 1U);
  EXPECT_EQ(notes_stored(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(events("process-died")[0].detail, "edge-low: signal 9");
}

TEST_F(LedgerTest, NOTHING_SILENT_ANoteIsStoredWhenItsRowIsAndSaysWhereItMayBeThereTwice) {
  start();
  ledger->on_note({7, now, "process-died", "edge-low: signal 9", true}, now);
  EXPECT_TRUE(notes_stored().empty());  // nothing is said before the commit
  commit();
  EXPECT_EQ(notes_stored(), (std::vector<std::uint64_t>{7}));
  EXPECT_EQ(events("process-died")[0].detail, "edge-low: signal 9 (told again)");
}

TEST_F(LedgerTest, LongFieldsAreCutAtACharacterAndNamed) {
  start();
  open(Side::kHigh, 1, kAlpha);
  open(Side::kHigh, 2, kAlpha);
  auto at_bound = refusal(1);
  at_bound.finding.from.assign(3071, 'a');
  at_bound.finding.facts = "{" + std::string(65534, ' ') + "}";
  judge(kDown, at_bound);
  auto past = refusal(2);
  past.finding.from = std::string(3070, 'a') + "\xc3\xa4";
  past.finding.facts = "{" + std::string(65535, ' ') + "}";
  judge(kDown, past);
  commit();
  const auto decided = rows(audit::Class::kDecision);
  EXPECT_EQ(decided[0].from_address.size(), 3071U);
  EXPECT_EQ(decided[0].cut, "");
  EXPECT_EQ(decided[1].from_address, std::string(3070, 'a'));
  EXPECT_EQ(decided[1].facts, "{\"octets\":65537}");
  EXPECT_EQ(decided[1].cut, "from_address,facts");
}

TEST_F(LedgerTest, SequencesHaveNoGapAndTimesNeverFall) {
  start();
  for (std::uint64_t i = 1; i <= 20; ++i) {
    now.microseconds += i % 3 == 0 ? -1000 : 1000;
    open(Side::kHigh, i, kAlpha);
    judge(kDown, i % 2 == 0 ? forward(i, kBravo) : reply(i));
    commit();
  }
  pass(2 * kSecond);
  commit();
  for (std::size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].sequence, i + 1);
    EXPECT_GE(log[i].time, log[i == 0 ? 0 : i - 1].time);
  }
}

}  // namespace
}  // namespace guard::recorder
