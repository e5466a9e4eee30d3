#include "guard/edge/handled_book.h"

#include <gtest/gtest.h>

#include <limits>

namespace guard::edge {
namespace {

constexpr PeerIndex kPeer = 10;

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

}  // namespace
}  // namespace guard::edge
