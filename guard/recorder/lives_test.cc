// Lives: edges, recorders and both at once end at the worst moment; the log says what became of
// everything.
#include <gtest/gtest.h>

#include "audit/catalogue.h"
#include "guard/recorder/ledger_bed.h"

namespace guard::recorder {
namespace {

class LivesTest : public testing::Test, public LedgerBed {
 protected:
  void open(std::uint64_t number, std::uint64_t stream = 1) {
    edge(Side::kHigh, ticket(number, kAlpha, stream));
  }
  // The high edge, which has outlived a recorder, says Hello to the next.
  void greet_again(std::uint64_t last) {
    ledger->replace_edge(Side::kHigh, 1, now);
    commit();
    edge(Side::kHigh, wire::Hello{1, 0, last, {}});
    commit();
  }
  std::vector<audit::Record> decisions() const { return rows(audit::Class::kDecision); }
};

TEST_F(LivesTest, NOTHING_SILENT_AnOrderlyEndWithholdsWhatWasNotJudged) {
  start();
  for (const std::uint64_t n : {1U, 2U, 3U}) open(n);
  edge(Side::kLow, ticket(1, kBravo));
  judge(kDown, forward(1, kBravo));
  ledger->stop(now);
  commit();
  const auto decided = decisions();
  ASSERT_EQ(decided.size(), 4U);
  EXPECT_EQ(decided[0].verdict, audit::Verdict::kAllowed);
  for (const std::size_t i : {1U, 2U, 3U}) {
    EXPECT_EQ(decided[i].verdict, audit::Verdict::kWithheld);
    EXPECT_EQ(decided[i].reason, audit::reason::kServiceStopping);
  }
  EXPECT_EQ(decided[2].number, 3U);
  EXPECT_EQ(decided[2].received_hash, hash_of(3));
  EXPECT_EQ(decided[3].direction, Lane::kLowToHigh);
  EXPECT_EQ(log.back().event, audit::event::kRecorderStopped);
}

TEST_F(LivesTest, AStreamThatARowHasClosedIsClosedByTheNextRecorder) {
  start();
  for (const std::uint64_t n : {1U, 2U, 3U}) open(n, n == 3 ? 6 : 5);
  judge(kDown, close(1, wire::StreamCondition::kNotWellFormed));
  append();  // and there it dies
  restart_recorder();
  greet_again(3);
  const auto closes = sent<wire::CloseStream>(Side::kHigh);
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_EQ(closes[0].stream, 5U);
  EXPECT_EQ(closes[0].condition, wire::StreamCondition::kNotWellFormed);
  ASSERT_EQ(sent<wire::Welcome>(Side::kHigh).back().ended, 1U);
  for (const std::uint64_t n : {2U, 3U}) {
    open(n, n == 3 ? 6 : 5);
    judge(kDown, forward(n, kBravo));
  }
  commit();
  EXPECT_EQ(decisions()[1].reason, audit::reason::kStreamClosed);
  EXPECT_EQ(decisions()[2].verdict, audit::Verdict::kAllowed);
}

TEST_F(LivesTest, TheStoreKnowsWhereToLookForClosedStreamsUntilTheyHaveEnded) {
  start();
  EXPECT_EQ(store.progress().closes_since, 0U);
  open(1, 5);
  judge(kDown, close(1, wire::StreamCondition::kReset));
  commit();
  const std::uint64_t row = log.back().sequence;
  EXPECT_EQ(store.progress().closes_since, row);
  open(2, 6);
  judge(kDown, forward(2, kBravo));
  commit();
  EXPECT_EQ(store.progress().closes_since, row);
  // A recorder that dies before its edge has come to it has not forgotten.
  restart_recorder();
  EXPECT_EQ(store.progress().closes_since, row);
  restart_recorder();
  greet_again(2);
  EXPECT_EQ(sent<wire::CloseStream>(Side::kHigh).size(), 2U);
  EXPECT_EQ(store.progress().closes_since, row);
  edge(Side::kHigh, wire::StreamEnded{5});
  commit();
  EXPECT_EQ(store.progress().closes_since, 0U);
}

TEST_F(LivesTest, ARecorderThatDiesBeforeItsEdgesHaveComeLosesNoTicket) {
  start();
  for (const std::uint64_t n : {1U, 2U}) {
    open(n);
    judge(kDown, forward(n, kBravo));
    commit();
  }
  const Progress before = store.progress();
  restart_recorder();
  EXPECT_EQ(store.progress().edges[0], before.edges[0]);
  EXPECT_EQ(store.progress().edges[1], before.edges[1]);
  EXPECT_GE(store.progress().committed, before.committed);
}

TEST_F(LivesTest, NOTHING_SILENT_EdgeAndRecorderThatDieTogetherLeaveARowForEachTicket) {
  start();
  for (const std::uint64_t n : {1U, 2U, 3U}) open(n);
  judge(kDown, forward(1, kBravo));
  commit();
  restart_recorder();
  adopt(Side::kHigh, 2);
  auto decided = decisions();
  ASSERT_EQ(decided.size(), 3U);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(decided[i].verdict, audit::Verdict::kWithheld);
    EXPECT_EQ(decided[i].reason, audit::reason::kEdgeDied);
    EXPECT_EQ(decided[i].epoch, 1U);
    EXPECT_EQ(decided[i].direction, kDown);
    EXPECT_EQ(decided[i].number, i + 1);
    EXPECT_EQ(decided[i].received_hash, std::nullopt);
  }
  // Once.
  restart_recorder();
  adopt(Side::kHigh, 3);
  ledger->stop(now);
  commit();
  EXPECT_EQ(decisions().size(), 3U);
}

TEST_F(LivesTest, TheSameWhereTheRowsWereWrittenAndTheRecorderDiedAgain) {
  start();
  for (const std::uint64_t n : {1U, 2U, 3U}) open(n);
  commit();
  restart_recorder();
  ledger->replace_edge(Side::kHigh, 2, now);
  append();
  restart_recorder();
  adopt(Side::kHigh, 3);
  EXPECT_EQ(decisions().size(), 3U);
}

TEST_F(LivesTest, NOTHING_SILENT_AnEdgeThatDiesBeforeItHasAnnouncedAllAgainLeavesARowForEach) {
  start();
  for (const std::uint64_t n : {1U, 2U, 3U}) open(n);
  commit();
  restart_recorder();
  greet_again(3);
  EXPECT_TRUE(decisions().empty());  // it lives, and will announce them
  open(1);
  commit();
  adopt(Side::kHigh, 2);
  const auto decided = decisions();
  ASSERT_EQ(decided.size(), 3U);
  EXPECT_EQ(decided[0].received_hash, hash_of(1));
  EXPECT_EQ(decided[1].received_hash, std::nullopt);
  EXPECT_EQ(decided[2].number, 3U);
}

}  // namespace
}  // namespace guard::recorder
