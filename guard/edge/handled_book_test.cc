#include "guard/edge/handled_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <vector>

namespace guard::edge {
namespace {

constexpr PeerIndex kPeer = 10;
using Runs = std::vector<PlaceRun>;

TEST(HandledBook, CountsInTheOrderOfTheStreamWhateverIsHandledFirst) {
  HandledBook book;
  for (std::uint64_t n = 1; n <= 4; ++n) book.take(n, 1, kPeer);
  book.handled(2, 3);
  EXPECT_EQ(book.take_count(1), 0U);
  book.handled(1, 1);
  EXPECT_EQ(book.take_count(1), 3U);
  EXPECT_EQ(book.take_count(1), 0U);
  book.handled(4, 4);
  EXPECT_EQ(book.take_count(1), 1U);
}

TEST(HandledBook, WhatIsNotHandledHoldsBackItsOwnStreamAlone) {
  HandledBook book;
  for (std::uint64_t n = 1; n <= 6; ++n) book.take(n, 1 + n % 2, kPeer);
  book.handled(2, 6);
  EXPECT_EQ(book.take_count(1), 3U);
  EXPECT_EQ(book.take_count(2), 0U);
  book.handled(1, 1);
  EXPECT_EQ(book.take_count(2), 3U);
}

TEST(HandledBook, WhatIsSaidTwiceOrOfNobodyChangesNothing) {
  HandledBook book;
  book.take(5, 1, kPeer);
  book.handled(1, 4);
  book.handled(6, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(book.take_count(1), 0U);
  book.handled(1, std::numeric_limits<std::uint64_t>::max());
  book.handled(1, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(book.take_count(1), 1U);
  EXPECT_EQ(book.take_count(1), 0U);
  EXPECT_EQ(book.take_count(2), 0U);
}

TEST(HandledBook, KeepsNoPlaceForWhatWaitsBehindAnother) {
  HandledBook book;
  book.take(1, 1, kPeer);
  for (std::uint64_t n = 2; n <= 1000; ++n) {
    book.take(n, 1, kPeer);
    book.handled(n, n);
  }
  EXPECT_EQ(book.open(kPeer), 1U);
  EXPECT_EQ(book.take_count(1), 0U);
  book.handled(1, 1);
  EXPECT_EQ(book.take_count(1), 1000U);
  EXPECT_EQ(book.open(kPeer), 0U);
}

TEST(HandledBook, AClosedStreamIsForgotten) {
  HandledBook book;
  book.take(1, 1, kPeer);
  book.take(2, 2, kPeer);
  book.close(1);
  book.close(3);
  EXPECT_EQ(book.open(kPeer), 1U);
  book.handled(1, 2);
  EXPECT_EQ(book.take_count(1), 0U);
  EXPECT_EQ(book.take_count(2), 1U);
  EXPECT_EQ(book.open(kPeer), 0U);
}

TEST(HandledBook, OfEachItGivesWhatBecameHandledSinceInRuns) {
  HandledBook book;
  book.each(1);
  for (std::uint64_t n = 1; n <= 8; ++n) book.take(n, 1, kPeer);
  EXPECT_EQ(book.take_runs(1), Runs{});
  book.handled(5, 6);
  book.handled(2, 2);
  EXPECT_EQ(book.take_runs(1), (Runs{{2, 2}, {5, 6}}));
  EXPECT_EQ(book.take_runs(1), Runs{});
  book.handled(4, 4);
  book.handled(3, 3);
  book.handled(1, 8);  // 1 stands alone: 2 was taken before
  EXPECT_EQ(book.take_runs(1), (Runs{{1, 1}, {3, 4}, {7, 8}}));
  EXPECT_EQ(book.open(kPeer), 0U);
}

TEST(HandledBook, RunsAreOfPlacesOnTheStreamAndNotOfTickets) {
  HandledBook book;
  book.each(2);
  book.take(10, 2, kPeer);
  book.take(11, 1, kPeer);
  book.take(20, 2, kPeer);
  book.handled(1, 99);
  EXPECT_EQ(book.take_runs(2), (Runs{{1, 2}}));
  EXPECT_EQ(book.take_count(1), 1U);
}

TEST(HandledBook, WhatIsSaidTwiceIsInNoTwoRuns) {
  HandledBook book;
  book.each(1);
  book.take(1, 1, kPeer);
  book.handled(1, 1);
  book.handled(1, 1);
  EXPECT_EQ(book.take_runs(1), (Runs{{1, 1}}));
  book.handled(1, 1);
  EXPECT_EQ(book.take_runs(1), Runs{});
}

TEST(HandledBook, AStreamIsToldOneWayAlone) {
  HandledBook book;
  book.each(1);
  book.take(1, 1, kPeer);
  book.take(2, 2, kPeer);
  EXPECT_DEATH((void)book.take_count(1), "CHECK");
  EXPECT_DEATH((void)book.take_runs(2), "CHECK");
  EXPECT_DEATH(book.each(2), "CHECK");
  book.close(1);
  EXPECT_EQ(book.take_runs(1), Runs{});
}

TEST(HandledBook, RunsAgreeWithASetOfPlaces) {
  HandledBook book;
  book.each(1);
  std::mt19937_64 random(5);
  std::set<std::uint64_t> open;
  std::set<std::uint64_t> due;
  std::uint64_t taken = 0;
  for (int i = 0; i < 5000; ++i) {
    open.insert(++taken);
    book.take(taken, 1, kPeer);
    const std::uint64_t first = 1 + random() % taken;
    const std::uint64_t last = first + random() % 4;
    book.handled(first, last);
    for (std::uint64_t place = first; place <= last; ++place) {
      if (open.erase(place) > 0) due.insert(place);
    }
    ASSERT_EQ(book.open(kPeer), open.size());
    if (random() % 20 != 0) continue;
    std::set<std::uint64_t> told;
    std::uint64_t behind = 0;
    for (const PlaceRun& run : book.take_runs(1)) {
      ASSERT_LE(run.first, run.last);
      ASSERT_TRUE(told.empty() || run.first > behind + 1);  // a gap
      behind = run.last;
      for (std::uint64_t place = run.first; place <= run.last; ++place) told.insert(place);
    }
    ASSERT_EQ(told, due);
    due.clear();
  }
}

}  // namespace
}  // namespace guard::edge
