#include "guard/recorder/queue_alarm.h"

#include <gtest/gtest.h>

#include "guard/recorder/deliveries_bed.h"

namespace guard::recorder {
namespace {

class QueueAlarmTest : public testing::Test {
 protected:
  QueueAlarmTest() {
    limits_.queue_stanzas = 100;
    limits_.queue_bytes = 1000;
  }
  // What changes for peer 7; "" for nothing.
  std::string look(std::uint64_t stanzas, std::uint64_t octets) {
    const auto changes = alarm_.look({{7, stanzas, octets}}, limits_);
    if (changes.empty()) return "";
    EXPECT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].peer, 7U);
    return (changes[0].high ? "high: " : "well: ") + changes[0].detail;
  }
  wire::Limits limits_;
  QueueAlarm alarm_;
};

TEST_F(QueueAlarmTest, IsGivenAtThreeQuartersAndTakenBackBelowHalf) {
  EXPECT_EQ(look(74, 749), "");
  EXPECT_EQ(look(75, 10), "high: 75 stanzas, 10 octets");
  EXPECT_EQ(look(100, 10), "") << "once";
  EXPECT_EQ(look(50, 10), "");
  EXPECT_EQ(look(49, 500), "") << "of both";
  EXPECT_EQ(look(49, 499), "well: 49 stanzas, 499 octets");
  EXPECT_EQ(look(60, 600), "");
  EXPECT_EQ(look(1, 750), "high: 1 stanzas, 750 octets");
}

TEST_F(QueueAlarmTest, EachPeerHasItsOwnAndWhoHasNothingIsWell) {
  const auto both = alarm_.look({{1, 100, 0}, {2, 10, 0}, {3, 0, 1000}}, limits_);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].peer, 1U);
  EXPECT_EQ(both[1].peer, 3U);
  const auto rest = alarm_.look({{3, 0, 1000}}, limits_);
  EXPECT_EQ(rest, (std::vector<QueueAlarm::Change>{{1, false, "0 stanzas, 0 octets"}}));
}

// The row names the peer.
class QueueAlarmRow : public DeliveriesBed {};

TEST_F(QueueAlarmRow, IsAboutThePeer) {
  start();
  ledger->on_queue_alarm({kBravo, true, "75 stanzas, 10 octets"}, now);
  const audit::Record row = ledger->rows().back();
  EXPECT_EQ(row.row_class, audit::Class::kEvent);
  EXPECT_EQ(row.event, "queue-high");
  EXPECT_EQ(row.peer, "bravo");
  EXPECT_EQ(row.side, Side::kLow);
  EXPECT_EQ(row.detail, "75 stanzas, 10 octets");
  ledger->on_queue_alarm({kBravo, false, ""}, now);
  EXPECT_EQ(ledger->rows().back().event, "queue-recovered");
}

}  // namespace
}  // namespace guard::recorder
