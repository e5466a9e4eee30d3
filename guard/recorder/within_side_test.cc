// Lanes within a side: the ticket's lane says where bytes go, whatever the filter answers.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

constexpr Lane kHighOnly = Lane::kHighToHigh;
constexpr Lane kLowOnly = Lane::kLowToLow;

class WithinSideTest : public LedgerBed, public testing::Test {
 protected:
  void open(Lane lane, std::uint64_t number, PeerIndex peer) {
    wire::Ticket made = ticket(number, peer);
    made.lane = lane;
    edge(near_side(lane), made);
  }
  audit::Record last_decision() const { return rows(audit::Class::kDecision).back(); }
  std::vector<PeerIndex> heard(Side side) const {
    std::vector<PeerIndex> peers;
    for (const auto& deliver : sent<wire::Deliver>(side)) peers.push_back(deliver.peer);
    return peers;
  }
};

TEST_F(WithinSideTest, AStanzaGoesToAnotherPeerOfTheSide) {
  start();
  open(kHighOnly, 1, kAlpha);
  judge(kHighOnly, forward(1, kAmber));
  open(kLowOnly, 1, kBravo);
  judge(kLowOnly, forward(1, kBeige));
  commit();
  EXPECT_EQ(heard(Side::kHigh), std::vector{kAmber});
  EXPECT_EQ(heard(Side::kLow), std::vector{kBeige});
  EXPECT_EQ(rows(audit::Class::kDecision)[0].direction, kHighOnly);
  EXPECT_EQ(rows(audit::Class::kDecision)[1].direction, kLowOnly);
}

TEST_F(WithinSideTest, BothLanesOfASideHaveOneSequenceOfTickets) {
  start();
  open(kHighOnly, 1, kAlpha);
  open(kDown, 2, kAlpha);
  judge(kHighOnly, forward(1, kAmber));
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(heard(Side::kHigh), std::vector{kAmber});
  EXPECT_EQ(heard(Side::kLow), std::vector{kBravo});
}

// Whatever a filter answers to such a ticket, nothing leaves for anybody else.
TEST_F(WithinSideTest, NO_OTHER_PATH_SIDE_BOUND_ALyingFilterIsCaught) {
  struct Lie {
    const char* what;
    Lane ticket;
    Lane judged;
    PeerIndex to;
  };
  constexpr Lie kLies[] = {
      {"a low peer", kHighOnly, kHighOnly, kBravo},
      {"a low peer, by its own lane", kHighOnly, kDown, kBravo},
      {"the sender itself", kHighOnly, kHighOnly, kAlpha},
      {"a high peer in the way down", kDown, kDown, kAmber},
      {"a high peer, by its own lane", kDown, kHighOnly, kAmber},
      {"a lane of the other side", kHighOnly, kUp, kAmber},
      {"nobody", kHighOnly, kHighOnly, wire::kNoPeer},
  };
  std::uint64_t epoch = 0;
  for (const Lie& lie : kLies) {
    start(++epoch);
    effects.clear();
    open(lie.ticket, 1, kAlpha);
    wire::Judgement told = forward(1, lie.to);
    told.peer = kAlpha;
    told.lane = lie.judged;
    ledger->on_judgement(Side::kHigh, std::move(told), now);
    commit();
    ASSERT_EQ(restarts().size(), 1U) << lie.what;
    EXPECT_EQ(restarts()[0].side, Side::kHigh);
    EXPECT_TRUE(heard(Side::kHigh).empty()) << lie.what;
    EXPECT_TRUE(heard(Side::kLow).empty()) << lie.what;
    EXPECT_TRUE(log.back().row_class == audit::Class::kEvent &&
                log.back().event == audit::event::kFilterViolation)
        << lie.what;
  }
}

// A refusal is as bound as what goes on: its record would name the wrong network.
TEST_F(WithinSideTest, NO_OTHER_PATH_ARefusalNamesNobodyOfTheOtherSide) {
  start();
  open(kHighOnly, 1, kAlpha);
  wire::Judgement told = refusal(1, "receiver-clearance");
  told.far_peer = kBravo;
  judge(kHighOnly, told);
  commit();
  EXPECT_EQ(restarts().size(), 1U);
  EXPECT_TRUE(rows(audit::Class::kDecision).empty());
}

TEST_F(WithinSideTest, SIDE_BOUND_ATicketInALaneOfTheOtherSideDropsItsEdge) {
  std::uint64_t epoch = 0;
  for (const Lane lane : {kUp, kLowOnly}) {
    start(++epoch);
    effects.clear();
    wire::Ticket made = ticket(1, kAlpha);
    made.lane = lane;
    edge(Side::kHigh, made);
    commit();
    EXPECT_TRUE(dropped(Side::kHigh)) << to_string(lane);
    EXPECT_FALSE(dropped(Side::kLow)) << to_string(lane);
  }
}

TEST_F(WithinSideTest, AReplyGoesBackToTheSendersPeer) {
  start();
  open(kHighOnly, 1, kAlpha);
  judge(kHighOnly, reply(1));
  commit();
  EXPECT_EQ(heard(Side::kHigh), std::vector{kAlpha});
  EXPECT_TRUE(heard(Side::kLow).empty());
}

TEST_F(WithinSideTest, AStopOfOneLaneIsNoneOfTheOthers) {
  start();
  ledger->on_controls({.number = 1, .stopped = {kHighOnly}}, now);
  open(kHighOnly, 1, kAlpha);
  judge(kHighOnly, forward(1, kAmber));
  commit();
  EXPECT_EQ(last_decision().reason, audit::reason::kDirectionStopped);
  open(kDown, 2, kAlpha);
  judge(kDown, forward(2, kBravo));
  open(kLowOnly, 1, kBravo);
  judge(kLowOnly, forward(1, kBeige));
  commit();
  EXPECT_TRUE(heard(Side::kHigh).empty());
  EXPECT_EQ(heard(Side::kLow), (std::vector{kBravo, kBeige}));
  ledger->on_controls({.number = 2, .stopped = {kDown}}, now);
  open(kHighOnly, 3, kAlpha);
  judge(kHighOnly, forward(3, kAmber));
  commit();
  EXPECT_EQ(heard(Side::kHigh), std::vector{kAmber});
}

TEST_F(WithinSideTest, ONE_ANSWER_AnAnswerTakesTheLaneOfItsRequest) {
  start();
  open(kHighOnly, 1, kAlpha);
  judge(kHighOnly, request(1, kAmber, 7));
  commit();
  const std::uint64_t asked = last_decision().sequence;
  // From below, with the same exchange, it answers nothing.
  open(kUp, 1, kBravo);
  judge(kUp, answer(1, kAlpha, 7));
  commit();
  EXPECT_EQ(last_decision().reason, audit::reason::kNoRequest);
  open(kHighOnly, 2, kAmber);
  judge(kHighOnly, answer(2, kAlpha, 7));
  commit();
  EXPECT_EQ(last_decision().verdict, audit::Verdict::kAllowed);
  EXPECT_EQ(last_decision().first_sequence, asked);
  open(kHighOnly, 3, kAmber);
  judge(kHighOnly, answer(3, kAlpha, 7));
  commit();
  EXPECT_EQ(last_decision().reason, audit::reason::kNoRequest) << "once";
}

TEST_F(WithinSideTest, NOTHING_SILENT_ATicketThatDiedWithItsEdgeHasItsLane) {
  start(5);
  open(kDown, 1, kAlpha);
  open(kHighOnly, 2, kAlpha);
  open(kDown, 3, kAlpha);
  restart_recorder();  // before anything was judged
  ledger->replace_edge(Side::kHigh, 6, now);
  commit();
  std::vector<std::optional<Lane>> lanes;
  for (const audit::Record& row : rows(audit::Class::kDecision)) {
    EXPECT_EQ(row.reason, audit::reason::kEdgeDied);
    lanes.push_back(row.direction);
  }
  EXPECT_EQ(lanes, (std::vector<std::optional<Lane>>{kDown, kHighOnly, kDown}));
}

}  // namespace
}  // namespace guard::recorder
