// Filters and edges that lie: nothing of theirs is released.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/ledger.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

class LiarsTest : public testing::Test, public LedgerBed {
 protected:
  void open(Side side, std::uint64_t number, PeerIndex peer, std::uint64_t stream = 1) {
    edge(side, ticket(number, peer, stream));
  }
  std::uint64_t epoch_ = 1;
  audit::Record last_decision() const { return rows(audit::Class::kDecision).back(); }
};

struct LieCase {
  const char* name;
  void (*change)(wire::Judgement&);
};

class LyingFilterTest : public LiarsTest, public testing::WithParamInterface<LieCase> {};

TEST_P(LyingFilterTest, NO_OTHER_PATH_IsNeverReleased) {
  start();
  open(Side::kHigh, 1, kAlpha);
  auto lie = forward(1, kBravo);
  lie.peer = kAlpha;
  GetParam().change(lie);
  ledger->on_judgement(Side::kHigh, std::move(lie), now);
  commit();
  EXPECT_EQ(restarts().size(), 1U);
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kLow).empty());
  EXPECT_TRUE(sent<wire::Deliver>(Side::kHigh).empty());
}

INSTANTIATE_TEST_SUITE_P(
    , LyingFilterTest,
    testing::Values(
        LieCase{"ReceiverOfTheNearSide", [](wire::Judgement& j) { j.far_peer = kAmber; }},
        LieCase{"ReceiverIsTheSender", [](wire::Judgement& j) { j.far_peer = kAlpha; }},
        LieCase{"ReceiverUnknown", [](wire::Judgement& j) { j.far_peer = 4; }},
        LieCase{"NoReceiver", [](wire::Judgement& j) { j.far_peer = wire::kNoPeer; }},
        LieCase{"ForwardRefused", [](wire::Judgement& j) { j.finding.allowed = false; }},
        LieCase{"ReplyAllowed",
                [](wire::Judgement& j) { j.outcome = wire::Outcome::kRefuseWithReply; }},
        LieCase{"SilenceWithBytes",
                [](wire::Judgement& j) {
                  j.outcome = wire::Outcome::kRefuseSilently;
                  j.finding.allowed = false;
                }},
        LieCase{"CloseWithContingency",
                [](wire::Judgement& j) {
                  j.outcome = wire::Outcome::kCloseStream;
                  j.finding.allowed = false;
                  j.bytes.clear();
                  j.contingency = "<x/>";
                }},
        LieCase{"AnotherPeersStanza", [](wire::Judgement& j) { j.peer = kAmber; }},
        LieCase{"NobodysStanza", [](wire::Judgement& j) { j.peer = wire::kNoPeer; }},
        LieCase{"ForwardWithoutBytes", [](wire::Judgement& j) { j.bytes.clear(); }},
        LieCase{"NoReason", [](wire::Judgement& j) { j.finding.reason.clear(); }},
        LieCase{"ReasonIsNoName", [](wire::Judgement& j) { j.finding.reason = "Allowed!"; }},
        LieCase{"ReasonTooLong", [](wire::Judgement& j) { j.finding.reason.assign(65, 'a'); }},
        LieCase{"DomainTooLong", [](wire::Judgement& j) { j.pair.to.assign(1024, 'a'); }}),
    [](const auto& each) { return each.param.name; });

TEST_F(LiarsTest, AReasonAndADomainAtTheirBoundsAreTaken) {
  start();
  open(Side::kHigh, 1, kAlpha);
  auto judgement = forward(1, kBravo);
  judgement.finding.reason.assign(64, 'a');
  judgement.pair.to.assign(1023, 'a');
  judge(kDown, judgement);
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
  EXPECT_TRUE(restarts().empty());
}

TEST_F(LiarsTest, ALateFilterIsStartedAgain) {
  start();
  open(Side::kHigh, 1, kAlpha);
  pass(Ledger::kJudgeLimit - 1);
  commit();
  EXPECT_TRUE(restarts().empty());
  pass(1);
  commit();
  ASSERT_EQ(restarts().size(), 1U);
  EXPECT_EQ(restarts()[0].why, "late");
  pass(Ledger::kJudgeLimit);
  commit();
  EXPECT_EQ(restarts().size(), 1U);  // once for each life of a filter
}

// ---------------------------------------------------------------- edges that lie

TEST_F(LiarsTest, NO_OTHER_PATH_ATicketOfAPeerOfTheOtherSideDropsTheEdge) {
  start();
  open(Side::kHigh, 1, kBravo);
  commit();
  EXPECT_TRUE(dropped(Side::kHigh));
  EXPECT_FALSE(dropped(Side::kLow));
  EXPECT_EQ(events(audit::event::kEdgeViolation).size(), 1U);
}

TEST_F(LiarsTest, ATicketOutOfSequenceDropsTheEdge) {
  start();
  open(Side::kHigh, 2, kAlpha);
  commit();
  EXPECT_TRUE(dropped(Side::kHigh));
}

TEST_F(LiarsTest, ATicketBeforeHelloDropsTheEdge) {
  make();
  ledger->replace_edge(Side::kHigh, 1, now);
  commit();
  open(Side::kHigh, 1, kAlpha);
  commit();
  EXPECT_TRUE(dropped(Side::kHigh));
}

TEST_F(LiarsTest, HelloOfAnotherEpochOrASecondOneDropsTheEdge) {
  start();
  edge(Side::kHigh, wire::Hello{1, 0, 0, {}});
  commit();
  EXPECT_TRUE(dropped(Side::kHigh));
  ledger->replace_edge(Side::kLow, 7, now);
  commit();
  edge(Side::kLow, wire::Hello{6, 0, 0, {}});
  commit();
  EXPECT_TRUE(dropped(Side::kLow));
}

TEST_F(LiarsTest, ADroppedEdgeLosesItsOpenTicketsWithARowEach) {
  start();
  open(Side::kHigh, 1, kAlpha);
  open(Side::kHigh, 2, kAlpha);
  open(Side::kHigh, 9, kAlpha);
  commit();
  const auto withheld = rows(audit::Class::kDecision);
  ASSERT_EQ(withheld.size(), 2U);
  for (const auto& row : withheld) {
    EXPECT_EQ(row.verdict, audit::Verdict::kWithheld);
    EXPECT_EQ(row.reason, audit::reason::kEdgeDied);
  }
  // It is not heard any more, nor is its filter, until guardd brings another.
  open(Side::kHigh, 3, kAlpha);
  judge(kDown, forward(3, kBravo));
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 2U);
  adopt(Side::kHigh, 2);
  open(Side::kHigh, 1, kAlpha);
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kLow).size(), 1U);
}

TEST_F(LiarsTest, AStreamThatTheFilterKnowsNothingOfMayBeClosedAndNoMore) {
  start();
  open(Side::kHigh, 1, kAlpha);
  auto judgement = close(1, wire::StreamCondition::kNotAuthorized);
  judgement.peer = wire::kNoPeer;
  ledger->on_judgement(Side::kHigh, std::move(judgement), now);
  commit();
  EXPECT_EQ(last_decision().action, audit::Action::kClose);
  open(Side::kHigh, 2, kAlpha, 2);
  judgement = reply(2);
  judgement.peer = wire::kNoPeer;
  ledger->on_judgement(Side::kHigh, std::move(judgement), now);
  commit();
  EXPECT_EQ(rows(audit::Class::kDecision).size(), 1U);
  EXPECT_EQ(restarts().size(), 1U);
}

// What SQLite cannot hold would be spelled in two ways, and hashed in one.
TEST_F(LiarsTest, ANumberThatTheLogCannotHoldDropsTheEdge) {
  constexpr std::uint64_t kLargest = 0x7fff'ffff'ffff'ffff;
  start();
  open(Side::kHigh, 1, kAlpha, kLargest);
  wire::Event event;
  event.number = kLargest;
  event.stream = kLargest;
  event.count = kLargest;
  edge(Side::kHigh, event);
  commit();
  EXPECT_FALSE(dropped(Side::kHigh));
  const auto refused = [&](auto message) {
    effects.clear();
    adopt(Side::kLow, ++epoch_);
    edge(Side::kLow, message);
    commit();
    return dropped(Side::kLow);
  };
  EXPECT_TRUE(refused(ticket(1, kBravo, kLargest + 1)));
  event = {};
  event.number = 1;
  EXPECT_FALSE(refused(event));
  event.number = kLargest + 1;
  EXPECT_TRUE(refused(event));
  event.number = 1;
  event.stream = kLargest + 1;
  EXPECT_TRUE(refused(event));
  event.stream = 1;
  event.count = kLargest + 1;
  EXPECT_TRUE(refused(event));
}

TEST_F(LiarsTest, AnEdgeThatWasDroppedComesBackWithANewLife) {
  start();
  open(Side::kHigh, 1, kAlpha, 5);
  open(Side::kHigh, 2, kAlpha, 5);
  judge(kDown, close(1, wire::StreamCondition::kReset));
  open(Side::kLow, 1, kBravo);
  judge(kUp, forward(1, kAlpha));
  commit();
  ASSERT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
  open(Side::kHigh, 9, kAlpha);
  commit();
  ASSERT_TRUE(dropped(Side::kHigh));
  EXPECT_EQ(last_decision().reason, audit::reason::kEdgeDied);
  EXPECT_EQ(last_decision().number, 2U);
  // The stanzas for it wait meanwhile.
  open(Side::kLow, 2, kBravo);
  judge(kUp, forward(2, kAlpha));
  commit();
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 1U);
  effects.clear();
  adopt(Side::kHigh, 2);
  EXPECT_EQ(sent<wire::Welcome>(Side::kHigh).size(), 1U);
  EXPECT_EQ(sent<wire::Deliver>(Side::kHigh).size(), 2U);  // the first again, and the second
  EXPECT_TRUE(sent<wire::CloseStream>(Side::kHigh).empty());
  open(Side::kHigh, 1, kAlpha, 5);  // another stream 5
  judge(kDown, forward(1, kBravo));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(last_decision().epoch, 2U);
  EXPECT_FALSE(dropped(Side::kHigh));
}

TEST_F(LiarsTest, OpenTicketsAreBounded) {
  start();
  for (std::uint64_t i = 1; i <= TicketBook::kMaxOpen; ++i) open(Side::kHigh, i, kAlpha);
  commit();
  EXPECT_FALSE(dropped(Side::kHigh));
  open(Side::kHigh, TicketBook::kMaxOpen + 1, kAlpha);
  commit();
  EXPECT_TRUE(dropped(Side::kHigh));
}

TEST_F(LiarsTest, JudgementsThatWaitForTicketsStopBeingReadAtABound) {
  start();
  for (std::uint64_t i = 1; i < TicketBook::kMaxEarly; ++i) judge(kDown, refusal(i));
  EXPECT_TRUE(ledger->wants_judgements(Side::kHigh));
  judge(kDown, refusal(TicketBook::kMaxEarly));
  EXPECT_FALSE(ledger->wants_judgements(Side::kHigh));
  EXPECT_TRUE(ledger->wants_judgements(Side::kLow));
  open(Side::kHigh, 1, kAlpha);
  EXPECT_TRUE(ledger->wants_judgements(Side::kHigh));
}

}  // namespace
}  // namespace guard::recorder
