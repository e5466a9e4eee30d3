#include "guard/supervisor/peer_calendar.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace {

UtcTime at(std::int64_t seconds) { return UtcTime{1'800'000'000'000'000 + seconds * 1'000'000}; }
UtcTime just_before(UtcTime time) { return UtcTime{time.microseconds - 1}; }

std::vector<PeerIndex> numbers(const std::vector<wire::AbsentPeer>& peers) {
  std::vector<PeerIndex> found;
  for (const wire::AbsentPeer& peer : peers) found.push_back(peer.peer);
  return found;
}

TEST(PeerCalendar, APeerIsThereFromItsFirstMomentToTheLastBeforeItsEnd) {
  const PeerCalendar calendar(
      {{.peer = 4, .active = policy::Period{at(10), at(20)}, .blocked = {}}});
  EXPECT_EQ(numbers(calendar.absent(just_before(at(10)))), std::vector<PeerIndex>{4});
  EXPECT_EQ(numbers(calendar.absent(at(10))), std::vector<PeerIndex>{});
  EXPECT_EQ(numbers(calendar.absent(just_before(at(20)))), std::vector<PeerIndex>{});
  EXPECT_EQ(numbers(calendar.absent(at(20))), std::vector<PeerIndex>{4});
}

TEST(PeerCalendar, ABlockGoesBeforeAndIsToldApart) {
  const PeerCalendar calendar({{.peer = 1,
                                .active = policy::Period{at(0), at(100)},
                                .blocked = {{.period = {at(10), at(20)}, .reason = "a move"}}},
                               {.peer = 0, .active = policy::Period{at(15), {}}, .blocked = {}}});
  EXPECT_EQ(calendar.absent(at(12)),
            (std::vector<wire::AbsentPeer>{{.peer = 0}, {.peer = 1, .blocked = true}}));
  EXPECT_EQ(calendar.absent(at(100)), (std::vector<wire::AbsentPeer>{{.peer = 1}}));
}

TEST(PeerCalendar, EveryChangeIsFoundOnce) {
  const PeerCalendar calendar({{.peer = 1,
                                .active = policy::Period{at(0), at(100)},
                                .blocked = {{.period = {at(10), at(20)}, .reason = "a move"}}}});
  std::vector<UtcTime> found;
  for (auto next = calendar.next_change(at(-5)); next; next = calendar.next_change(*next)) {
    found.push_back(*next);
  }
  EXPECT_EQ(found, (std::vector<UtcTime>{at(0), at(10), at(20), at(100)}));
  EXPECT_EQ(calendar.next_change(at(100)), std::nullopt);
}

TEST(PeerCalendar, AClockThatNobodyKnowsLetsNobodyWithDatesIn) {
  const PeerCalendar calendar({{.peer = 3, .active = policy::Period{{}, at(1)}, .blocked = {}}});
  EXPECT_EQ(numbers(calendar.absent(UtcTime{0})), std::vector<PeerIndex>{3});
}

TEST(PeerCalendar, PeersWithoutDatesAreNoneOfItsAffair) {
  std::vector<policy::Peer> peers(3);
  peers[1].active = policy::Period{at(1), {}};
  peers[2].blocked.push_back({.period = {}, .reason = "for good"});
  const std::vector<DatedPeer> dated = dated_peers(peers);
  ASSERT_EQ(dated.size(), 2U);
  EXPECT_EQ(dated[0].peer, 1U);
  const PeerCalendar calendar(dated);
  EXPECT_EQ(calendar.absent(at(1)), (std::vector<wire::AbsentPeer>{{.peer = 2, .blocked = true}}));
  EXPECT_EQ(PeerCalendar().next_change(at(0)), std::nullopt);
}

}  // namespace
}  // namespace guard::supervisor
