// Routes within a side: what a star of peers around the guard sees of each other.
#include <gtest/gtest.h>

#include "guard/edge/routes.h"

namespace guard::edge {
namespace {

// Three peers of the low side: 1 and 2 see each other and the high peer 10, 3 sees 10 alone.
wire::EdgeConfiguration star() {
  wire::EdgeConfiguration made;
  made.side = Side::kLow;
  made.within = true;
  const auto near = [](PeerIndex index, const char* domain, DomainMatch match, std::uint32_t view) {
    wire::NearPeer peer;
    peer.index = index;
    peer.domains = {{domain, match}};
    peer.view = view;
    return peer;
  };
  const std::uint32_t neighbours = made.add_view({1, 2, 10});
  const std::uint32_t alone = made.add_view({10});
  made.near_peers = {near(1, "one.lab", DomainMatch::kSubdomains, neighbours),
                     near(2, "two.lab", DomainMatch::kExact, neighbours),
                     near(3, "three.lab", DomainMatch::kExact, alone)};
  made.far_peers = {
      {10, {{"ten.lab", DomainMatch::kSubdomains}, {"inner.one.lab", DomainMatch::kExact}}}};
  return made;
}

TEST(RoutesWithin, INVISIBLE_RepresentsTheOthersOfTheSideThatThePeerMaySee) {
  const Routes routes(star(), {});
  EXPECT_TRUE(routes.represents(1, "two.lab"));
  EXPECT_TRUE(routes.represents(2, "one.lab"));
  EXPECT_TRUE(routes.represents(2, "rooms.one.lab"));
  EXPECT_TRUE(routes.represents(1, "ten.lab"));
  for (const PeerIndex peer : {1U, 2U}) EXPECT_FALSE(routes.represents(peer, "three.lab"));
  EXPECT_FALSE(routes.represents(3, "one.lab"));
  EXPECT_FALSE(routes.represents(3, "nowhere.lab"));
  EXPECT_TRUE(routes.shows("two.lab"));
  EXPECT_FALSE(routes.shows("three.lab"));
}

TEST(RoutesWithin, INVISIBLE_WithoutRulesForTheLaneNobodyOfTheSideIsThere) {
  wire::EdgeConfiguration made = star();
  made.within = false;
  const Routes routes(made, {});
  EXPECT_FALSE(routes.represents(1, "two.lab"));
  EXPECT_FALSE(routes.shows("two.lab"));
  EXPECT_EQ(routes.lane_of(1, "two.lab"), Lane::kLowToHigh);
  EXPECT_TRUE(routes.represents(1, "ten.lab"));
}

// Also where its view has it, as that of peers who are alike has.
TEST(RoutesWithin, SIDE_BOUND_NobodyIsTheGuardsToHimself) {
  const Routes routes(star(), {});
  EXPECT_FALSE(routes.represents(1, "one.lab"));
  EXPECT_FALSE(routes.represents(1, "rooms.one.lab"));
  EXPECT_EQ(routes.lane_of(1, "rooms.one.lab"), Lane::kLowToHigh);
  EXPECT_FALSE(routes.may_deliver(1, "rooms.one.lab", "one.lab"));
}

TEST(RoutesWithin, NO_OTHER_PATH_TheLaneFollowsTheMostExactClaim) {
  const Routes routes(star(), {});
  EXPECT_EQ(routes.lane_of(1, "two.lab"), Lane::kLowToLow);
  EXPECT_EQ(routes.lane_of(3, "two.lab"), Lane::kLowToLow) << "that it sees nobody is not the lane";
  EXPECT_EQ(routes.lane_of(2, "rooms.one.lab"), Lane::kLowToLow);
  EXPECT_EQ(routes.lane_of(2, "inner.one.lab"), Lane::kLowToHigh) << "the other side's";
  EXPECT_EQ(routes.lane_of(2, "ten.lab"), Lane::kLowToHigh);
  EXPECT_EQ(routes.lane_of(2, "nowhere.lab"), Lane::kLowToHigh);
  EXPECT_EQ(routes.lane_of(2, std::nullopt), Lane::kLowToHigh);
}

TEST(RoutesWithin, SIDE_BOUND_ADefaultRouteIsNoWayWithinASide) {
  wire::EdgeConfiguration made = star();
  made.near_peers[1].domains.push_back({"", DomainMatch::kDefault});
  const Routes routes(made, {});
  EXPECT_FALSE(routes.represents(1, "nowhere.lab"));
  EXPECT_EQ(routes.lane_of(1, "nowhere.lab"), Lane::kLowToHigh);
  EXPECT_TRUE(routes.represents(1, "two.lab"));
}

TEST(RoutesWithin, SpeaksForOneOfTheSideToAnother) {
  const Routes routes(star(), {});
  EXPECT_TRUE(routes.may_deliver(2, "rooms.one.lab", "two.lab"));
  EXPECT_TRUE(routes.may_carry(2, "one.lab", "two.lab"));
  EXPECT_FALSE(routes.may_deliver(3, "one.lab", "three.lab"));
  EXPECT_FALSE(routes.may_deliver(2, "three.lab", "two.lab"));
}

TEST(RoutesWithin, INVISIBLE_AnAbsentNeighbourIsNotThere) {
  Routes routes(star(), {});
  routes.control({.absent = {{.peer = 2}}});
  EXPECT_FALSE(routes.represents(1, "two.lab"));
  EXPECT_FALSE(routes.shows("two.lab"));
  EXPECT_TRUE(routes.may_deliver(1, "two.lab", "one.lab")) << "the guard's own answers";
  EXPECT_FALSE(routes.represents(2, "one.lab"));
}

}  // namespace
}  // namespace guard::edge
