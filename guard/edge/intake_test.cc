#include "guard/edge/intake.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace guard::edge {
namespace {

constexpr IntakeBounds kSmall{.peer_stanzas = 4,
                              .peer_bytes = 1000,
                              .lane_stanzas = 6,
                              .lane_bytes = 1500,
                              .peer_unhandled = 8};

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest()
      : intake_(
            kSmall, [this](const wire::AnyMessage& m) { filter_.push_back(m); },
            [this](const wire::AnyMessage& m) { recorder_.push_back(m); }, [this] { ++flow_; }) {}

  void begin() {
    intake_.welcome(0);
    intake_.filter_replaced();
    intake_.context(1, 10, {{"near", "far"}});
    intake_.context(2, 20, {{"other", "far"}});
    filter_.clear();
  }
  template <class Message>
  static int count(const std::vector<wire::AnyMessage>& messages) {
    int found = 0;
    for (const auto& message : messages) found += std::holds_alternative<Message>(message) ? 1 : 0;
    return found;
  }

  std::vector<wire::AnyMessage> filter_;
  std::vector<wire::AnyMessage> recorder_;
  int flow_ = 0;
  Intake intake_;
};

TEST_F(IntakeTest, TellsRecorderAndFilterTheSame) {
  begin();
  intake_.take(1, Lane::kHighToLow, "<a/>", UtcTime{7});
  ASSERT_EQ(filter_.size(), 1U);
  ASSERT_EQ(recorder_.size(), 1U);
  const auto& offer = std::get<wire::Offer>(filter_[0]);
  const auto& ticket = std::get<wire::Ticket>(recorder_[0]);
  EXPECT_EQ(offer.ticket, ticket.number);
  EXPECT_EQ(offer.bytes, "<a/>");
  EXPECT_EQ(ticket.length, 4U);
  EXPECT_EQ(ticket.received, UtcTime{7});
  Sha256 sha;
  EXPECT_EQ(ticket.hash, sha.digest(as_bytes("<a/>")));
}

TEST_F(IntakeTest, NO_OTHER_PATH_TheLaneIsToldToBothAndToldAgain) {
  begin();
  intake_.take(1, Lane::kHighToHigh, "<a/>", {});
  EXPECT_EQ(std::get<wire::Offer>(filter_[0]).lane, Lane::kHighToHigh);
  EXPECT_EQ(std::get<wire::Ticket>(recorder_[0]).lane, Lane::kHighToHigh);
  intake_.recorder_lost();
  filter_.clear();
  recorder_.clear();
  intake_.welcome(0);
  intake_.filter_replaced();
  EXPECT_EQ(std::get<wire::Ticket>(recorder_[0]).lane, Lane::kHighToHigh);
  EXPECT_EQ(std::get<wire::Offer>(filter_.back()).lane, Lane::kHighToHigh);
}

TEST_F(IntakeTest, PeerIsCongestedAtItsBoundAndFreeAtHalf) {
  begin();
  for (int i = 0; i < 3; ++i) intake_.take(1, Lane::kHighToLow, "<a/>", {});
  EXPECT_FALSE(intake_.congested(10));
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_FALSE(intake_.congested(20));
  EXPECT_EQ(flow_, 1);
  intake_.ended(2);
  intake_.settled({{1, 2}});
  EXPECT_TRUE(intake_.congested(10));
  intake_.ended(3);
  EXPECT_FALSE(intake_.congested(10));
  EXPECT_EQ(flow_, 2);
}

TEST_F(IntakeTest, BytesCountToo) {
  begin();
  intake_.take(1, Lane::kHighToLow, std::string(999, 'x'), {});
  EXPECT_FALSE(intake_.congested(10));
  intake_.take(1, Lane::kHighToLow, "x", {});
  EXPECT_TRUE(intake_.congested(10));
}

TEST_F(IntakeTest, LaneIsCongestedForAll) {
  begin();
  for (int i = 0; i < 3; ++i) intake_.take(1, Lane::kHighToLow, "<a/>", {});
  for (int i = 0; i < 3; ++i) intake_.take(2, Lane::kHighToLow, "<a/>", {});
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_TRUE(intake_.congested(30));
  intake_.ended(4);
  EXPECT_FALSE(intake_.congested(30));
}

TEST_F(IntakeTest, AUDIT_BEFORE_COUNT_AStanzaIsHandledWhenItIsSettledWhateverItsLane) {
  begin();
  for (const Lane lane : {Lane::kLowToLow, Lane::kLowToHigh, Lane::kHighToHigh}) {
    intake_.take(1, lane, "<a/>", {});
  }
  intake_.ended(3);
  intake_.settled({{2, 3}});
  EXPECT_EQ(intake_.take_handled(1), 0U) << "the first holds up the others";
  intake_.settled({{1, 1}});
  EXPECT_EQ(intake_.take_handled(1), 3U);
}

TEST_F(IntakeTest, AUDIT_BEFORE_COUNT_ANewRecorderTellsAgainAndNothingIsCountedTwice) {
  begin();
  for (int i = 0; i < 3; ++i) intake_.take(1, Lane::kHighToLow, "<a/>", {});
  intake_.ended(3);
  EXPECT_EQ(intake_.take_handled(1), 0U);
  intake_.settled({{2, 2}});
  EXPECT_EQ(intake_.take_handled(1), 0U);
  intake_.settled({{1, 2}});
  EXPECT_EQ(intake_.take_handled(1), 2U);
  // A new recorder tells again.
  intake_.recorder_lost();
  intake_.filter_replaced();
  intake_.welcome(3);
  EXPECT_EQ(intake_.take_handled(1), 0U);
  intake_.settled({{1, 3}});
  EXPECT_EQ(intake_.take_handled(1), 1U);
}

TEST_F(IntakeTest, APeerWithTooMuchUnsettledIsNotReadUntilHalfIs) {
  begin();
  for (std::uint64_t n = 1; n < kSmall.peer_unhandled; ++n) {
    intake_.take(1, Lane::kHighToLow, "<a/>", {});
    intake_.ended(n);
  }
  EXPECT_FALSE(intake_.congested(10));
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_FALSE(intake_.congested(20));
  intake_.ended(8);
  intake_.settled({{2, 5}});
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_EQ(flow_, 1);
  intake_.settled({{6, 6}});
  EXPECT_FALSE(intake_.congested(10));
  EXPECT_EQ(flow_, 2);
}

TEST_F(IntakeTest, APeerThatIsAlwaysReadIsExemptFromThatBoundAndFromNoOther) {
  begin();
  intake_.always_read(10, true);
  for (std::uint64_t n = 1; n <= 2 * kSmall.peer_unhandled; ++n) {
    intake_.take(1, Lane::kHighToLow, "<a/>", {});
    intake_.ended(n);
  }
  EXPECT_FALSE(intake_.congested(10));
  for (std::uint64_t n = 1; n < kSmall.peer_stanzas; ++n) {
    intake_.take(1, Lane::kHighToLow, "<a/>", {});
  }
  EXPECT_FALSE(intake_.congested(10));
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  EXPECT_TRUE(intake_.congested(10));
  intake_.ended(2 * kSmall.peer_unhandled + kSmall.peer_stanzas);
  EXPECT_FALSE(intake_.congested(10));
}

TEST_F(IntakeTest, TheExemptionBeginsAndEndsAtOnce) {
  begin();
  for (std::uint64_t n = 1; n <= kSmall.peer_unhandled; ++n) {
    intake_.take(1, Lane::kHighToLow, "<a/>", {});
    intake_.take(2, Lane::kHighToLow, "<a/>", {});
    intake_.ended(2 * n);
  }
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_TRUE(intake_.congested(20));
  const int before = flow_;
  intake_.always_read(10, true);
  EXPECT_FALSE(intake_.congested(10));
  EXPECT_TRUE(intake_.congested(20));
  EXPECT_EQ(flow_, before + 1);
  intake_.always_read(10, true);
  EXPECT_EQ(flow_, before + 1);
  intake_.always_read(10, false);
  EXPECT_TRUE(intake_.congested(10));
  EXPECT_EQ(flow_, before + 2);
}

TEST_F(IntakeTest, AStreamThatIsToldOfEachGetsItsPlaces) {
  begin();
  intake_.each(1);
  intake_.take(2, Lane::kHighToLow, "<a/>", {});
  for (int i = 0; i < 3; ++i) intake_.take(1, Lane::kHighToLow, "<a/>", {});
  intake_.ended(4);
  EXPECT_TRUE(intake_.take_handled_runs(1).empty());
  intake_.settled({{3, 4}});
  EXPECT_EQ(intake_.take_handled_runs(1), (std::vector<PlaceRun>{{2, 3}}));
  EXPECT_EQ(intake_.take_handled(2), 0U);
}

TEST_F(IntakeTest, AStreamThatIsClosedIsWaitedForNoMore) {
  begin();
  for (int i = 0; i < 8; ++i) {
    intake_.take(1, Lane::kHighToLow, "<a/>", {});
    intake_.ended(static_cast<std::uint64_t>(i) + 1);
  }
  EXPECT_TRUE(intake_.congested(10));
  intake_.close(1);
  intake_.settled({});
  EXPECT_FALSE(intake_.congested(10));
}

TEST_F(IntakeTest, ClosedStreamIsForgottenWhenItsLastTicketHasEnded) {
  begin();
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  intake_.close(1);
  EXPECT_EQ(count<wire::StreamEnded>(recorder_), 1);
  EXPECT_EQ(count<wire::Context>(filter_), 0);
  intake_.ended(1);
  ASSERT_EQ(count<wire::Context>(filter_), 1);
  EXPECT_TRUE(std::get<wire::Context>(filter_.back()).pairs.empty());
}

TEST_F(IntakeTest, NothingIsToldWithoutARecorder) {
  begin();
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  intake_.recorder_lost();
  filter_.clear();
  recorder_.clear();
  intake_.take(1, Lane::kHighToLow, "<b/>", {});
  intake_.close(1);
  intake_.filter_replaced();
  EXPECT_EQ(count<wire::Offer>(filter_), 0);
  EXPECT_TRUE(recorder_.empty());
  intake_.welcome(1);
  EXPECT_EQ(count<wire::Ticket>(recorder_), 1);
  EXPECT_EQ(count<wire::StreamEnded>(recorder_), 1);
  EXPECT_EQ(count<wire::Offer>(filter_), 1);
}

TEST_F(IntakeTest, NothingIsOfferedToADeadFilter) {
  begin();
  intake_.filter_lost();
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  intake_.context(3, 30, {{"third", "far"}});
  EXPECT_TRUE(filter_.empty());
  EXPECT_EQ(count<wire::Ticket>(recorder_), 1);
  intake_.filter_replaced();
  EXPECT_EQ(count<wire::Context>(filter_), 3);
  EXPECT_EQ(count<wire::Offer>(filter_), 1);
}

TEST_F(IntakeTest, NOTHING_SILENT_KilledIsToldAgainToANewRecorder) {
  begin();
  intake_.take(1, Lane::kHighToLow, "<a/>", {});
  for (int death = 0; death < 2; ++death) {
    EXPECT_EQ(count<wire::Killed>(recorder_), 0);
    intake_.filter_lost();
    intake_.filter_replaced();
  }
  EXPECT_EQ(count<wire::Killed>(recorder_), 1);
  intake_.recorder_lost();
  recorder_.clear();
  intake_.filter_replaced();
  intake_.welcome(0);
  EXPECT_EQ(count<wire::Ticket>(recorder_), 1);
  EXPECT_EQ(count<wire::Killed>(recorder_), 1);
}

}  // namespace
}  // namespace guard::edge
