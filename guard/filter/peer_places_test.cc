#include "guard/filter/peer_places.h"

#include <gtest/gtest.h>

#include "guard/wire/control_messages.h"

namespace guard::filter {
namespace {

TEST(PeerPlaces, GoesThereAndBack) {
  const auto places = PeerPlaces::make({7, 0, 3}, 3);
  ASSERT_TRUE(places);
  EXPECT_EQ(places->place(7), 0U);
  EXPECT_EQ(places->place(3), 2U);
  EXPECT_EQ(places->number(1), 0U);
  EXPECT_EQ(places->number(2), 3U);
  EXPECT_EQ(places->number(wire::kNoPeer), wire::kNoPeer);
}

TEST(PeerPlaces, ANumberThatNoPeerHasHasNoPlace) {
  const auto places = PeerPlaces::make({7, 0, 3}, 3);
  ASSERT_TRUE(places);
  EXPECT_FALSE(places->place(1));
  EXPECT_FALSE(places->place(wire::kNoPeer));
  EXPECT_FALSE(PeerPlaces().place(0));
}

TEST(PeerPlaces, OneNumberForEachPeerAndNoneTwice) {
  EXPECT_FALSE(PeerPlaces::make({0, 1}, 3));
  EXPECT_FALSE(PeerPlaces::make({0, 1, 2, 3}, 3));
  EXPECT_FALSE(PeerPlaces::make({0, 1, 1}, 3));
  EXPECT_FALSE(PeerPlaces::make({0, 1, wire::kNoPeer}, 3));
}

}  // namespace
}  // namespace guard::filter
